#include "textflag.h"

// func cloneChild(flags, top uintptr, c *Child, code uintptr) (pid int)
TEXT ·cloneChild(SB), NOSPLIT, $0-40
	MOVQ	flags+0(FP), DI
	MOVQ	top+8(FP), SI
	MOVQ	c+16(FP), R12
	MOVQ	code+24(FP), R13
	XORL	DX, DX
	XORL	R10, R10
	XORL	R8, R8
	MOVL	$56, AX // clone
	SYSCALL
	TESTQ	AX, AX
	JEQ	child
	MOVQ	AX, pid+32(FP)
	RET
child:
	// On the new stack: nothing of the old frame may be used. Go's internal calling
	// convention passes the argument in AX and wants X15 to be zero.
	MOVQ	R12, AX
	XORPS	X15, X15
	CALL	R13
	INT	$3 // not reached
