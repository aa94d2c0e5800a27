# /proc/self/pagemap says of each page where it is, /proc/kpagecount of each frame how many page tables name it.
#: only frames are told to user 0; qemu-riscv64 tells those of its host
#: under segments: fail there is no pagemap
#: under bare: fail there is no fork
#: stdout untouched: nowhere
#: stdout private: present, mapped once
#: stdout shared memory: present, of a file, mapped once
#: stdout child, private: present, mapped twice
#: stdout child, shared memory: present, of a file, mapped twice
#: stdout child, private, written: present, mapped once
#: stdout without the child: present, mapped once
#: stdout no mapping: nowhere
#: stdout not a multiple of 8: EINVAL
#: stdout a user is told no frame: 0
        .include "../show.s"
        .include "../map.s"
        .include "../resident.s"
        .include "../proc.s"
        .equ FILE_BIT, 61
        .equ SWAP_BIT, 62
        .equ FRAME_BITS, 55
        string pagemap, "/proc/self/pagemap"
        string kpagecount, "/proc/kpagecount"
        value entry, 8
        value mapped, 8
        .macro where label, page:req
        string where\@, "\label: %s%s%s\n"
        mv a0, \page
        la a1, where\@
        call tell
        .endm
        .globl main
main:
        addi sp, sp, -16
        sd ra, 8(sp)
        map 0, 2 * PAGE, RW, MAP_PRIVATE
        mv s0, a0
        at s1, 1, s0
        map 0, PAGE, RW, MAP_SHARED
        mv s2, a0
        where "untouched", s0
        sb zero, 0(s1)
        where "private", s1
        lbu t0, 0(s2)
        where "shared memory", s2
        child look
        sb zero, 1(s1)
        where "without the child", s1
        li s3, 0x10000000000 >> 4
        where "no mapping", s3
        la a0, pagemap
        li a1, O_RDONLY
        call open
        mv s4, a0
        la a1, entry
        li a2, 7
        li a3, 8
        call pread64
        show "not a multiple of 8"
        mv a0, s4
        call close
        li a0, 1000
        call setuid
        li a0, PR_SET_DUMPABLE
        li a1, 1
        call prctl
        mv a0, s1
        call frame_of
        show "a user is told no frame"
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret

look:
        addi sp, sp, -16
        sd ra, 8(sp)
        lbu t0, 0(s2)
        where "child, private", s1
        where "child, shared memory", s2
        sb zero, 2(s1)
        where "child, private, written", s1
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret

# tell(page: a0, format: a1)
tell:
        addi sp, sp, -48
        sd ra, 40(sp)
        sd s5, 32(sp)
        sd s6, 24(sp)
        mv s5, a1
        srli a2, a0, 12
        la a0, pagemap
        la a1, entry
        call word_of
        ld s6, entry
        la a1, nowhere
        la a2, empty
        la a3, empty
        bgez s6, 3f
        slli a2, s6, 64 - FRAME_BITS
        srli a2, a2, 64 - FRAME_BITS
        la a0, kpagecount
        la a1, mapped
        call word_of
        la a1, present
        la a2, empty
        srli t0, s6, FILE_BIT
        andi t0, t0, 1
        beqz t0, 1f
        la a2, of_file
1:      la a3, once
        ld t0, mapped
        addi t0, t0, -1
        beqz t0, 3f
        la a3, twice
        addi t0, t0, -1
        beqz t0, 3f
        la a3, often
3:      mv a0, s5
        call printf
        li a0, 1
        call fflush
        ld ra, 40(sp)
        ld s5, 32(sp)
        ld s6, 24(sp)
        addi sp, sp, 48
        ret

# word_of(file: a0, into: a1, index: a2)
word_of:
        addi sp, sp, -32
        sd ra, 24(sp)
        sd s0, 16(sp)
        sd a1, 8(sp)
        sd a2, 0(sp)
        li a1, O_RDONLY
        call open
        mv s0, a0
        ld a1, 8(sp)
        sd zero, 0(a1)
        li a2, 8
        ld a3, 0(sp)
        slli a3, a3, 3
        call pread64
        mv a0, s0
        call close
        ld ra, 24(sp)
        ld s0, 16(sp)
        addi sp, sp, 32
        ret

        string nowhere, "nowhere"
        string present, "present"
        string empty, ""
        string of_file, ", of a file"
        string once, ", mapped once"
        string twice, ", mapped twice"
        string often, ", mapped more often"
