#include "textflag.h"

// func cloneChild(flags, top uintptr, c *Child) (pid int)
TEXT ·cloneChild(SB), NOSPLIT, $0-32
	MOVQ	flags+0(FP), DI
	MOVQ	top+8(FP), SI
	MOVQ	c+16(FP), R12
	XORL	DX, DX
	XORL	R10, R10
	XORL	R8, R8
	MOVL	$56, AX // clone
	SYSCALL
	TESTQ	AX, AX
	JEQ	child
	MOVQ	AX, pid+24(FP)
	RET
child:
	// On the new stack: nothing of the old frame may be used.
	SUBQ	$16, SP
	MOVQ	R12, 0(SP)
	CALL	·runChild(SB)
	INT	$3 // not reached
