# The allocator: alignment, reuse, joining, realloc, large blocks; then 60,000 random steps in which every block
# keeps its contents and none overlaps another.
#: stdout 24 checks passed
#: machine --ram 16M
#: limit 200000000
        .include "abi.s"
        .include "check.s"

        .equ SLOTS, 256
        .equ STEPS, 60000

        .bss
        .balign 8
blocks: .zero SLOTS * 16                # address, size; the bytes of slot n are all n

        .text
        .globl main
main:
        li a0, 1
        call malloc
        mv s0, a0
        andi a0, a0, 15
        equal "alignment of a small block", 0
        li a0, 0
        call malloc
        snez a0, a0
        equal "malloc(0) is a block of its own", 1
        li a0, 0
        call free
        li a0, 24
        call malloc
        mv s1, a0
        mv a0, s1
        call free
        li a0, 24
        call malloc
        sub a0, a0, s1
        equal "a freed block is used again", 0

        # three neighbours, freed in an order that joins both ways, make room for one block of their size
        li a0, 1000
        call malloc
        mv s0, a0
        li a0, 1000
        call malloc
        mv s1, a0
        li a0, 1000
        call malloc
        mv s2, a0
        li a0, 16
        call malloc                     # keeps the end of the heap away
        mv a0, s0
        call free
        mv a0, s2
        call free
        mv a0, s1
        call free
        li a0, 3000
        call malloc
        sub a0, a0, s0
        equal "free joins neighbours on both sides", 0
        mv a0, s0
        call free

        # realloc
        li a0, 100
        call malloc
        mv s0, a0
        li a1, 'x'
        li a2, 100
        call memset
        mv a0, s0
        li a1, 40
        call realloc
        sub a0, a0, s0
        equal "shrinking stays in place", 0
        mv a0, s0
        li a1, 2000
        call realloc
        mv s1, a0
        sub a0, a0, s0
        equal "growing into a free neighbour stays in place", 0
        lbu a0, 39(s1)
        equal "realloc keeps the contents", 'x'
        li a0, 16
        call malloc                     # a neighbour in use: now it must move
        mv s2, a0
        mv a0, s1
        li a1, 60000
        call realloc
        mv s1, a0
        sub a0, a0, s0
        snez a0, a0
        equal "growing past a block in use moves", 1
        lbu a0, 39(s1)
        equal "and keeps the contents", 'x'
        mv a0, s1
        call free
        li a0, 0
        li a1, 50
        call realloc
        mv s0, a0
        snez a0, a0
        equal "realloc of nothing is malloc", 1
        mv a0, s0
        li a1, 0x10000000000000
        call realloc
        equal "realloc that cannot be", 0
        mv a0, s0
        call free

        # calloc
        li a0, 200
        call malloc
        mv s0, a0
        li a1, 0xff
        li a2, 200
        call memset
        mv a0, s0
        call free
        li a0, 20
        li a1, 10
        call calloc
        mv s1, a0
        sub a0, a0, s0
        equal "calloc takes the dirty block", 0
        li a0, 0
        li t0, 0
1:      add t1, s1, t0
        lbu t1, 0(t1)
        or a0, a0, t1
        addi t0, t0, 1
        li t1, 200
        bltu t0, t1, 1b
        equal "and cleans it", 0
        li a0, 1 << 33
        li a1, 1 << 33
        call calloc
        equal "calloc of a product beyond 2^64", 0

        # large blocks
        li a0, 1 << 20
        call malloc
        mv s0, a0
        andi a0, a0, 15
        equal "alignment of a large block", 0
        li t0, (1 << 20) - 1
        add t0, t0, s0
        lbu a0, 0(t0)
        equal "its last byte is there", 0
        li t0, 'L'
        sb t0, 100(s0)
        mv a0, s0
        li a1, 3 << 20
        call realloc
        mv s0, a0
        lbu a0, 100(s0)
        equal "a large block grows with its contents", 'L'
        mv a0, s0
        li a1, 1000
        call realloc
        mv s0, a0
        lbu a0, 100(s0)
        equal "and shrinks with them", 'L'
        mv a0, s0
        call free
        li a0, 1 << 20
        li a1, 1
        call calloc
        lbu a0, 100(a0)
        equal "a large calloc is zero", 0
        li a0, -1
        call malloc
        equal "malloc of all memory", 0
        li a0, 0x400000000000
        call malloc
        equal "malloc of too much", 0

        call stress
        equal "blocks that lost their contents", 0
        call free_all
        equal "blocks that lost their contents before they were freed", 0

        # after all is freed, the heap is one free chunk again: a block of most of it fits without growing
        li a0, 0
        call brk
        mv s0, a0
        li a0, 100000
        call malloc
        mv s1, a0
        li a0, 0
        call brk
        sub a0, a0, s0
        equal "the heap had room for 100,000 bytes", 0
        mv a0, s1
        call free
        finish

# stress() -> a0 = blocks found damaged: each step frees, grows or makes a block of a random slot
# s0 step, s1 slot's address, s2 damaged, s3 slot's number
stress:
        addi sp, sp, -48
        sd ra, 40(sp)
        sd s0, 32(sp)
        sd s1, 24(sp)
        sd s2, 16(sp)
        sd s3, 8(sp)
        li a0, 2026
        call srand
        li s0, STEPS
        li s2, 0
1:      call rand
        andi s3, a0, SLOTS - 1
        slli s1, s3, 4
        la t0, blocks
        add s1, s1, t0
        ld a0, 0(s1)
        beqz a0, 3f
        call damaged
        add s2, s2, a0
        call rand
        andi t0, a0, 3
        bnez t0, 2f
        call random_size                # one in four: realloc
        mv a1, a0
        ld a0, 0(s1)
        sd a1, 0(sp)
        call realloc
        ld t0, 8(s1)
        ld a1, 0(sp)
        sd a0, 0(s1)
        bleu t0, a1, 4f
        sd a1, 8(s1)
        mv t0, a1
4:      sd t0, 8(s1)                    # the smaller of both sizes must have survived
        call damaged
        add s2, s2, a0
        ld a1, 0(sp)
        sd a1, 8(s1)
        call fill
        j 5f
2:      ld a0, 0(s1)
        call free
        sd zero, 0(s1)
        j 5f
3:      call random_size
        sd a0, 8(s1)
        call malloc
        sd a0, 0(s1)
        andi t0, a0, 15
        snez t0, t0
        add s2, s2, t0
        call fill
5:      addi s0, s0, -1
        bnez s0, 1b
        mv a0, s2
        ld ra, 40(sp)
        ld s0, 32(sp)
        ld s1, 24(sp)
        ld s2, 16(sp)
        ld s3, 8(sp)
        addi sp, sp, 48
        ret

# random_size() -> a0: mostly small, sometimes up to 4 KiB, seldom up to 256 KiB
random_size:
        addi sp, sp, -16
        sd ra, 8(sp)
        call rand
        andi t0, a0, 0xff
        srli a0, a0, 8
        li t1, 200
        bltu t0, t1, 1f
        li t1, 255
        bltu t0, t1, 2f
        li t2, 0x3ffff
        j 3f
1:      li t2, 0x7f
        j 3f
2:      li t2, 0xfff
3:      and a0, a0, t2
        ld ra, 8(sp)
        addi sp, sp, 16
        ret

# fill(): the block of slot s1, whose number is s3, at its first 64 and last 64 bytes
fill:
        ld t0, 0(s1)
        ld t1, 8(s1)
        add t1, t1, t0
        mv t2, t0
        addi t3, t0, 64
1:      bgeu t2, t1, 3f
        sb s3, 0(t2)
        addi t2, t2, 1
        bltu t2, t3, 1b
        addi t3, t1, -64
        bgeu t2, t3, 2f
        mv t2, t3
2:      mv t3, t1
        j 1b
3:      ret

# damaged() -> a0 = 1 when the first 64 bytes of the block are not what they were (the last, unless it was cut)
damaged:
        ld t0, 0(s1)
        ld t1, 8(s1)
        li t2, 64
        bleu t1, t2, 1f
        mv t1, t2
1:      add t1, t1, t0
        li a0, 0
2:      bgeu t0, t1, 3f
        lbu t2, 0(t0)
        addi t0, t0, 1
        beq t2, s3, 2b
        li a0, 1
3:      ret

# free_all() -> a0 = blocks found damaged
free_all:
        addi sp, sp, -48
        sd ra, 40(sp)
        sd s1, 24(sp)
        sd s2, 16(sp)
        sd s3, 8(sp)
        li s2, 0
        li s3, 0
        la s1, blocks
1:      ld a0, 0(s1)
        beqz a0, 2f
        call damaged
        add s2, s2, a0
        ld a0, 0(s1)
        call free
2:      addi s1, s1, 16
        addi s3, s3, 1
        li t0, SLOTS
        bltu s3, t0, 1b
        mv a0, s2
        ld ra, 40(sp)
        ld s1, 24(sp)
        ld s2, 16(sp)
        ld s3, 8(sp)
        addi sp, sp, 48
        ret

