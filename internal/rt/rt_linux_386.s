#include "textflag.h"

TEXT ros_go_ctor(SB), NOSPLIT|NOFRAME, $0
	LEAL _rt0_386_linux_lib(SB), AX
	MOVL AX, ros_go_rt0(SB)
	LEAL runtime·sigtable(SB), AX
	MOVL AX, ros_go_sigtable(SB)
	LEAL runtime·scavenger(SB), AX
	MOVL AX, ros_go_scavenger(SB)
	RET
