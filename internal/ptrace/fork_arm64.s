#include "textflag.h"

// func cloneChild(flags, top uintptr, c *Child) (pid int)
TEXT ·cloneChild(SB), NOSPLIT|NOFRAME, $0-32
	MOVD	flags+0(FP), R0
	MOVD	top+8(FP), R1
	MOVD	c+16(FP), R19
	MOVD	$0, R2
	MOVD	$0, R3
	MOVD	$0, R4
	MOVD	$220, R8 // clone
	SVC
	CBZ	R0, child
	MOVD	R0, pid+24(FP)
	RET
child:
	// On the new stack: nothing of the old frame may be used.
	SUB	$32, RSP
	MOVD	R19, 8(RSP)
	BL	·runChild(SB)
	BRK	$0 // not reached
