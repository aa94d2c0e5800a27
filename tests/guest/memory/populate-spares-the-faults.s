# Memory that is populated (MAP_POPULATE, MADV_POPULATE_WRITE) is in RAM before it is touched: touching it takes no fault.
# Without rights, or beyond the end of a file, there is nothing to populate.
#: only qemu-riscv64 populates nothing; Linux 6.1 does as this says
#: under bare segments: fail memory is there from the start
#: stdout mapped: 00000000
#: stdout faults of touching eight pages: 8
#: stdout populated by mmap: 11111111
#: stdout faults of touching eight pages: 0
#: stdout populated by madvise: 0
#: stdout now: 11110000
#: stdout faults of touching eight pages: 4
#: stdout of read-only memory, for writing: EINVAL
#: stdout beyond the end of a file: EFAULT
        .include "../show.s"
        .include "../map.s"
        .include "../resident.s"
        string name, "populate.tmp"
        value usage, 144
        .globl main
main:
        addi sp, sp, -16
        sd ra, 8(sp)
        li a0, 0                        # what counting itself touches
        call touch_faults
        map 0, 8 * PAGE, RW, MAP_PRIVATE
        mv s0, a0
        show_resident "mapped", s0, 8
        mv a0, s0
        call touch_faults
        show "faults of touching eight pages"
        map 0, 8 * PAGE, RW, MAP_PRIVATE | MAP_POPULATE
        mv s0, a0
        show_resident "populated by mmap", s0, 8
        mv a0, s0
        call touch_faults
        show "faults of touching eight pages"
        map 0, 8 * PAGE, RW, MAP_PRIVATE
        mv s0, a0
        advise s0, 4 * PAGE, MADV_POPULATE_WRITE
        show "populated by madvise"
        show_resident "now", s0, 8
        mv a0, s0
        call touch_faults
        show "faults of touching eight pages"
        map 0, PAGE, PROT_READ, MAP_PRIVATE
        advise a0, PAGE, MADV_POPULATE_WRITE
        show "of read-only memory, for writing"
        la a0, name
        li a1, O_CREAT | O_TRUNC | O_RDWR
        li a2, 0600
        call open
        mv s1, a0
        la a0, name
        call unlink
        map_file s1, PAGE, RW, MAP_SHARED
        advise a0, PAGE, MADV_POPULATE_READ
        show "beyond the end of a file"
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret

# touch_faults(base: a0) -> a0 = minor faults while 1 is written to each of eight pages; base 0: to none
touch_faults:
        addi sp, sp, -32
        sd ra, 24(sp)
        sd a0, 16(sp)
        call minor_faults
        sd a0, 8(sp)
        ld t0, 16(sp)
        beqz t0, 2f
        li t1, 8
        li t2, PAGE
        li t3, 1
1:      sb t3, 0(t0)
        add t0, t0, t2
        addi t1, t1, -1
        bnez t1, 1b
2:      call minor_faults
        ld t0, 8(sp)
        sub a0, a0, t0
        ld ra, 24(sp)
        addi sp, sp, 32
        ret

# minor_faults() -> a0
minor_faults:
        addi sp, sp, -16
        sd ra, 8(sp)
        li a0, RUSAGE_SELF
        la a1, usage
        call getrusage
        ld a0, usage + rusage_ru_minflt
        ld ra, 8(sp)
        addi sp, sp, 16
        ret
