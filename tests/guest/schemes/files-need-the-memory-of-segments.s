# Memory is given out when it is mapped: who asks for more than there is gets ENOMEM, and nobody dies for it. Where a few frames are
# needed, as for a file, and there are none left, the out-of-memory killer takes the largest process.
#: only translation schemes are a kernel's own affair
#: machine --translation segments --ram 2M --swap 0
#: stdout 256 KiB in one piece: 0
#: stdout the hog has all that it could get: 1
#: stdout 256 KiB in one piece: ENOMEM
#: stdout kills: 0
#: stdout written to a file, KiB: 512
#: stdout the hog was ended by signal: 9
#: stdout kills: 1
#: stdout 256 KiB in one piece: 0
        .include "../show.s"
        .include "../map.s"
        .include "../proc.s"
        .equ CHUNK, 64 << 10
        .equ LARGE, 256 << 10
        .equ BLOCK, 4096
        .equ BLOCKS, 128
        value status
        .bss
block:  .zero BLOCK
        .text
        .globl main
main:
        addi sp, sp, -16
        sd ra, 8(sp)
        put "/proc/self/oom_score_adj", "-1000"
        figure "/proc/meminfo", "MemFree:"      # and the heap is as large as it has to be
        call large
        li a1, LARGE
        mv a0, s0
        call munmap
        call fork
        beqz a0, hog
        li a0, 1
        call sleep
        figure "/proc/meminfo", "MemFree:"
        li t0, LARGE >> 10
        sltu a0, a0, t0
        show "the hog has all that it could get"
        call large
        figure "/proc/vmstat", "oom_kill "
        show "kills"

        li a0, AT_FDCWD
        la a1, name
        li a2, O_CREAT | O_WRONLY
        li a3, 0600
        call openat
        mv s0, a0
        li s1, BLOCKS
        li s2, 0
1:      mv a0, s0
        la a1, block
        li a2, BLOCK
        call write
        bltz a0, 2f
        add s2, s2, a0
        addi s1, s1, -1
        bnez s1, 1b
2:      srli a0, s2, 10
        show "written to a file, KiB"
        la a0, status
        call wait
        lw a0, status
        andi a0, a0, 127
        show "the hog was ended by signal"
        figure "/proc/vmstat", "oom_kill "
        show "kills"
        call large
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret

large:  addi sp, sp, -16
        sd ra, 8(sp)
        map 0, LARGE, RW, MAP_PRIVATE
        mv s0, a0
        blez a0, 1f
        li a0, 0
1:      show "256 KiB in one piece"
        ld ra, 8(sp)
        addi sp, sp, 16
        ret

# All pieces of 64 KiB, which is more than somebody would have to die for; then it waits.
hog:    put "/proc/self/oom_score_adj", "0"
1:      map 0, CHUNK, RW, MAP_PRIVATE
        bgtz a0, 1b
2:      li a0, 1000
        call sleep
        j 2b

        string name, "/home/large"
