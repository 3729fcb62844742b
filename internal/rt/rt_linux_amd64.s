#include "textflag.h"

TEXT ros_go_ctor(SB), NOSPLIT|NOFRAME, $0
	LEAQ _rt0_amd64_linux_lib(SB), AX
	MOVQ AX, ros_go_rt0(SB)
	LEAQ runtime·sigtable(SB), AX
	MOVQ AX, ros_go_sigtable(SB)
	LEAQ runtime·scavenger(SB), AX
	MOVQ AX, ros_go_scavenger(SB)
	RET
