# MADV_DONTNEED: private memory is zero afterwards, a private mapping of a file shows the file again, shared memory keeps
# what it holds. Locked pages refuse, and what lies behind a hole is done all the same.
#: only qemu-riscv64 does nothing over a hole; Linux 6.1 does as this says
#: under bare segments: fail there is no madvise
#: stdout private: 0
#: stdout holds: 0
#: stdout its neighbour holds: 2
#: stdout shared: 0
#: stdout holds: 1
#: stdout file: 0
#: stdout holds: 102
#: stdout locked: EINVAL
#: stdout over a hole: ENOMEM
#: stdout behind it: 0
#: stdout unknown advice: EINVAL
        .include "../show.s"
        .include "../map.s"
        .include "../resident.s"
        string name, "dontneed.tmp"
        string content, "file"
        .globl main
main:
        addi sp, sp, -16
        sd ra, 8(sp)
        map 0, 4 * PAGE, RW, MAP_PRIVATE
        mv s0, a0
        call write_two
        advise s0, PAGE, MADV_DONTNEED
        show "private"
        lbu a0, 0(s0)
        show "holds"
        at t0, 1, s0
        lbu a0, 0(t0)
        show "its neighbour holds"

        map 0, 2 * PAGE, RW, MAP_SHARED
        mv s1, a0
        call write_two
        advise s1, PAGE, MADV_DONTNEED
        show "shared"
        lbu a0, 0(s1)
        show "holds"

        la a0, name
        li a1, O_CREAT | O_TRUNC | O_RDWR
        li a2, 0600
        call open
        mv s2, a0
        la a1, content
        li a2, 4
        call write
        la a0, name
        call unlink
        map_file s2, PAGE, RW, MAP_PRIVATE
        mv s1, a0
        sb zero, 0(s1)
        advise s1, PAGE, MADV_DONTNEED
        show "file"
        lbu a0, 0(s1)
        show "holds"

        mv a0, s0
        li a1, PAGE
        call mlock
        advise s0, PAGE, MADV_DONTNEED
        show "locked"
        mv a0, s0
        li a1, PAGE
        call munlock
        at t0, 3, s0
        li t1, 9
        sb t1, 0(t0)
        at a0, 2, s0
        li a1, PAGE
        call munmap
        advise s0, 4 * PAGE, MADV_DONTNEED
        show "over a hole"
        at t0, 3, s0
        lbu a0, 0(t0)
        show "behind it"
        advise s0, PAGE, 77
        show "unknown advice"
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret

# write_two(base: a0): 1 into the first page, 2 into the second
write_two:
        li t0, 1
        sb t0, 0(a0)
        li t0, PAGE
        add a0, a0, t0
        li t0, 2
        sb t0, 0(a0)
        ret
