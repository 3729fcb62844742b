#include "textflag.h"

TEXT ros_go_ctor(SB), NOSPLIT|NOFRAME, $0
	MOVD $_rt0_arm64_linux_lib(SB), R0
	MOVD R0, ros_go_rt0(SB)
	MOVD $runtime·sigtable(SB), R0
	MOVD R0, ros_go_sigtable(SB)
	MOVD $runtime·scavenger(SB), R0
	MOVD R0, ros_go_scavenger(SB)
	RET
