# After fork both sides show the same frame. Who writes first gets a copy of it; who is left alone keeps it, nothing is
# copied for him.
#: only frames are told to user 0; qemu-riscv64 tells those of its host
#: under bare: fail there is no fork
#: under segments: fail fork copies at once
#: stdout child has the frame of the parent: 1
#: stdout child alone has written, its frame is another: 1
#: stdout parent has the frame it had: 1
#: stdout parent has written, it still is: 1
#: stdout that was a fault: 1
        .include "../show.s"
        .include "../map.s"
        .include "../proc.s"
        .globl main
main:
        addi sp, sp, -16
        sd ra, 8(sp)
        minor
        map 0, PAGE, RW, MAP_PRIVATE
        mv s0, a0
        sb zero, 0(s0)
        call frame_of
        mv s1, a0
        child writer
        mv a0, s0
        call is_first
        show "parent has the frame it had"
        minor
        mv s2, a0
        li t0, 1
        sb t0, 0(s0)
        minor
        sub s2, a0, s2
        mv a0, s0
        call is_first
        show "parent has written, it still is"
        mv a0, s2
        show "that was a fault"
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret

writer:
        addi sp, sp, -16
        sd ra, 8(sp)
        call is_first
        show "child has the frame of the parent"
        li t0, 2
        sb t0, 0(s0)
        call is_first
        xori a0, a0, 1
        show "child alone has written, its frame is another"
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret

# is_first() -> a0 = 1: the page is in the frame that it was in at first
is_first:
        addi sp, sp, -16
        sd ra, 8(sp)
        mv a0, s0
        call frame_of
        xor a0, a0, s1
        seqz a0, a0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret
