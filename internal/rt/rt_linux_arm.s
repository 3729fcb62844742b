#include "textflag.h"

TEXT ros_go_ctor(SB), NOSPLIT|NOFRAME, $0
	MOVW $_rt0_arm_linux_lib(SB), R0
	MOVW R0, ros_go_rt0(SB)
	MOVW $runtime·sigtable(SB), R0
	MOVW R0, ros_go_sigtable(SB)
	MOVW $runtime·scavenger(SB), R0
	MOVW R0, ros_go_scavenger(SB)
	RET
