# touch: sets the times of files to now; makes those that are missing.
#
# usage: touch [-acm] FILE...
#   -c  makes no files    -a  the time of the last access only    -m  the time of the last change only
# exit status: 0; 1 when a file could not be touched
        .include "abi.s"
        .equ UTIME_NOW, (1 << 30) - 1   # in the place of nanoseconds: utimensat(2)
        .equ UTIME_OMIT, (1 << 30) - 2

        .data
        .balign 8
times:          .dword 0, UTIME_NOW, 0, UTIME_NOW       # last access, last change
create:         .dword 1
only_access:    .dword 0
only_change:    .dword 0

        .text
        .globl main
main:
        addi sp, sp, -48
        sd ra, 40(sp)
        sd s0, 32(sp)                   # next name
        sd s1, 24(sp)                   # status
        sd a0, 16(sp)
        sd a1, 8(sp)
1:      ld a0, 16(sp)
        ld a1, 8(sp)
        la a2, .Lletters
        la a3, .Lusage
        li a4, 1
        call option
        bltz a0, 4f
        li t0, 'c'
        beq a0, t0, 3f
        la t1, only_access
        li t0, 'a'
        beq a0, t0, 2f
        la t1, only_change
2:      li t0, 1
        sd t0, 0(t1)
        j 1b
3:      la t0, create
        sd zero, 0(t0)
        j 1b
4:      ld t0, only_access              # one alone leaves the other as it is
        ld t1, only_change
        la t2, times
        li t3, UTIME_OMIT
        beq t0, t1, 6f
        beqz t0, 5f
        sd t3, 24(t2)
        j 6f
5:      sd t3, 8(t2)
6:      ld t0, optind
        slli t0, t0, 3
        ld s0, 8(sp)
        add s0, s0, t0
        li s1, 0
        ld t0, 0(s0)
        beqz t0, 9f
7:      ld a0, 0(s0)
        beqz a0, 8f
        call touch
        or s1, s1, a0
        addi s0, s0, 8
        j 7b
8:      mv a0, s1
        ld ra, 40(sp)
        ld s0, 32(sp)
        ld s1, 24(sp)
        addi sp, sp, 48
        ret
9:      la a0, .Lusage
        li a1, 1
        call usage

# touch(path: a0) -> a0 = 0 or 1
touch:
        addi sp, sp, -16
        sd ra, 8(sp)
        sd s2, 0(sp)
        mv s2, a0
        call set_times
        beqz a0, 3f
        li t0, -ENOENT
        bne a0, t0, 2f
        ld t0, create
        li a0, 0
        beqz t0, 3f
        mv a0, s2
        li a1, O_WRONLY | O_CREAT
        li a2, 0666
        call open
        bltz a0, 2f
        call close
        call set_times
        beqz a0, 3f
2:      mv a1, a0
        mv a0, s2
        call warn
        li a0, 1
3:      ld ra, 8(sp)
        ld s2, 0(sp)
        addi sp, sp, 16
        ret

# set_times() -> a0 = 0 or -errno, of the file s2
set_times:
        li a0, AT_FDCWD
        mv a1, s2
        la a2, times
        li a3, 0
        j utimensat

        .section .rodata
.Lletters:      .asciz "acm"
.Lusage:        .asciz "touch [-acm] FILE..."
