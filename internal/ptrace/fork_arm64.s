#include "textflag.h"

// func cloneChild(flags, top uintptr, c *Child, code uintptr) (pid int)
TEXT ·cloneChild(SB), NOSPLIT|NOFRAME, $0-40
	MOVD	flags+0(FP), R0
	MOVD	top+8(FP), R1
	MOVD	c+16(FP), R19
	MOVD	code+24(FP), R20
	MOVD	$0, R2
	MOVD	$0, R3
	MOVD	$0, R4
	MOVD	$220, R8 // clone
	SVC
	CBZ	R0, child
	MOVD	R0, pid+32(FP)
	RET
child:
	// On the new stack: nothing of the old frame may be used. Go's internal calling
	// convention passes the argument in R0.
	MOVD	R19, R0
	CALL	(R20)
	BRK	$0 // not reached
