# Options of a command that treats bad ones as all commands here do: its usage on standard error, and a status.
        .include "abi.s"
        .include "library.s"
        .text

# option(argc: a0, argv: a1, letters: a2, usage: a3, status: a4) -> a0 = an option's letter, or -1 at the end (getopt).
# Does not return for a bad option (usage on descriptor 2, exit with status) or --help (usage on 1, exit with 0). The status
# is also that of output which cannot be written.
        .globl option
option:
        addi sp, sp, -32
        sd ra, 24(sp)
        sd a3, 16(sp)
        sd a4, 8(sp)
        la t0, failure_status
        sd a4, 0(t0)
        call getopt
        li t0, '?'
        beq a0, t0, 1f
        li t0, OPTION_HELP
        beq a0, t0, 2f
        ld ra, 24(sp)
        addi sp, sp, 32
        ret
1:      ld a0, 16(sp)
        ld a1, 8(sp)
        j usage
2:      li a0, STDOUT_FILENO
        ld a1, 16(sp)
        li a2, 0
        j .Lshow

# usage(text: a0, status: a1): "usage: text" on descriptor 2, exit with status
        .globl usage
usage:
        mv a2, a1
        mv a1, a0
        li a0, STDERR_FILENO
        # fall through

# show(fd: a0, text: a1, status: a2): writes it, exits
.Lshow:
        mv s0, a0
        mv s1, a1
        mv s2, a2
        la a1, .Lusage
        call .Lwrite
        mv a1, s1
        call .Lwrite
        la a1, .Lnewline
        call .Lwrite
        mv a0, s2
        j exit

# write(text: a1) on descriptor s0, unbuffered
.Lwrite:
        addi sp, sp, -16
        sd ra, 8(sp)
        sd a1, 0(sp)
        mv a0, a1
        call strlen
        mv a2, a0
        ld a1, 0(sp)
        mv a0, s0
        call write_all
        ld ra, 8(sp)
        addi sp, sp, 16
        ret

        .section .rodata
.Lusage:        .asciz "usage: "
.Lnewline:      .asciz "\n"
