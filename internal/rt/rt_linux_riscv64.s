#include "textflag.h"

TEXT ros_go_ctor(SB), NOSPLIT|NOFRAME, $0
	MOV $_rt0_riscv64_linux_lib(SB), X10
	MOV X10, ros_go_rt0(SB)
	MOV $runtime·sigtable(SB), X10
	MOV X10, ros_go_sigtable(SB)
	MOV $runtime·scavenger(SB), X10
	MOV X10, ros_go_scavenger(SB)
	RET
