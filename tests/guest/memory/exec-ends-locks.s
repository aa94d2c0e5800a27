# Locks end at exec, of the present as of the future: the new program's memory is not locked.
#: only qemu-riscv64 does not keep account of locks
#: under bare segments: fail there is no mlock
#: stdout locked: 0
#: stdout most of it is: 1
#: stdout new program, locked KiB: 0
#: stdout new program, page that was mapped: 0
        .include "../show.s"
        .include "../map.s"
        .include "../resident.s"
        .include "../proc.s"
        string me, "/proc/self/exe"
        value argument, 24
        .globl main
main:
        addi sp, sp, -16
        sd ra, 8(sp)
        li t0, 1
        bgtu a0, t0, new
        li a0, MCL_CURRENT | MCL_FUTURE
        call mlockall
        show "locked"
        figure "/proc/self/status", "VmLck:"
        snez a0, a0
        show "most of it is"
        la a0, me
        la a1, argument
        sd a0, 0(a1)
        sd a0, 8(a1)
        la t0, environ
        ld a2, 0(t0)
        call execve
new:    figure "/proc/self/status", "VmLck:"
        show "new program, locked KiB"
        map 0, PAGE, RW, MAP_PRIVATE
        show_resident "new program, page that was mapped", a0, 1
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret
