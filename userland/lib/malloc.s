# The allocator: malloc, free, calloc, realloc.
#
# The heap is a row of chunks, grown at its end by brk; where brk cannot, there is a further row, of pages from mmap, as in glibc
# (without an MMU a heap is of a fixed size). Each chunk:
#
#   chunk ->      +----------------------------------------------+
#                 | size of the chunk before, while that is free |    (else the last word of its user's memory)
#            +8   | size of this chunk | flags                   |
#   user   -> +16 | user's memory, or, in a free chunk:          |
#                 | next and previous chunk of its bin           |
#   + size        +----------------------------------------------+
#
# (1) A size is a multiple of 16 and at least MINIMUM; user addresses are multiples of 16.
# (2) PREVIOUS_IN_USE of a chunk is set exactly when the chunk before it is not free.
# (3) No two free chunks are neighbours: free joins them (boundary tags, Knuth 2.5).
# (4) Each free chunk is in the bin of its size; bit n of bin_map is set exactly when bin n is not empty.
# (5) A row ends with a fence: a header of size 0 that counts as in use.
#
# Bins 2 ... 31 hold one size each (32, 48, ... 496 bytes: size / 16), bin 32 + n sizes from 2^(9+n) up. Requests of
# MAP_THRESHOLD bytes and more get pages of their own from mmap and give them back at once.
        .include "abi.s"

        .equ PREVIOUS_IN_USE, 1         # flags in the low bits of a size
        .equ MAPPED, 2
        .equ FLAGS, 15

        .equ previous_size, 0           # offsets in a chunk
        .equ size, 8
        .equ next, 16
        .equ previous, 24
        .equ HEADER, 16
        .equ MINIMUM, 32

        .equ BINS, 64
        .equ SMALL, 512                 # sizes below have a bin each
        .equ GROWTH, 0x10000            # brk moves by multiples of this
        .equ MAP_THRESHOLD, 0x20000
        .equ PAGE, 4096
        .equ LARGEST, 46                # requests of 2^LARGEST bytes and more are refused

        .bss
        .balign 8
bins:           .zero 8 * BINS          # first chunk of each
bin_map:        .zero 8
heap_end:       .zero 8                 # where the row ends, behind the fence; 0 at first

        .section .rodata
.Lbad_free:     .ascii "free: this memory is free already\n"
        .equ BAD_FREE_LENGTH, . - .Lbad_free

        .text

# malloc(count: a0) -> a0 = memory, or 0
        .globl malloc
malloc:
        srli t0, a0, LARGEST
        bnez t0, 2f
        li t0, MAP_THRESHOLD
        bgeu a0, t0, .Lmap
        addi a0, a0, 8 + 15             # the size word; the other word of the header is the next chunk's to lend
        andi a0, a0, -16
        li t0, MINIMUM
        bgeu a0, t0, 1f
        mv a0, t0
1:      addi sp, sp, -16
        sd ra, 8(sp)
        sd s0, 0(sp)
        mv s0, a0
        call .Lfind
        bnez a0, 3f
        mv a0, s0
        call .Lgrow
        bnez a0, 3f
        ld ra, 8(sp)
        ld s0, 0(sp)
        addi sp, sp, 16
2:      li a0, 0
        ret
3:      mv a1, s0
        call .Ltake
        ld ra, 8(sp)
        ld s0, 0(sp)
        addi sp, sp, 16
        ret

# find(size: a0) -> a0 = a free chunk of at least that size, still in its bin, or 0
.Lfind:
        addi sp, sp, -16
        sd ra, 8(sp)
        mv t6, a0
        call .Lbin
        ld ra, 8(sp)
        addi sp, sp, 16
        ld t1, bin_map
        srl t1, t1, a0                  # bit 0 is now the first bin to look at
1:      beqz t1, 4f
        andi t2, t1, 1
        beqz t2, 3f
        la t2, bins
        slli t3, a0, 3
        add t2, t2, t3
        ld t2, 0(t2)
2:      ld t3, size(t2)                 # first fit: only the bin of the request itself can hold smaller ones
        andi t3, t3, ~FLAGS
        bgeu t3, t6, 5f
        ld t2, next(t2)
        bnez t2, 2b
3:      addi a0, a0, 1
        srli t1, t1, 1
        j 1b
4:      li t2, 0
5:      mv a0, t2
        ret

# bin(size: a0) -> a0 = its bin. Clobbers t0 only.
.Lbin:
        li t0, SMALL
        bgeu a0, t0, 1f
        srli a0, a0, 4
        ret
1:      srli t0, a0, 9
        li a0, 31
2:      addi a0, a0, 1
        srli t0, t0, 1
        bnez t0, 2b
        li t0, BINS - 1
        bleu a0, t0, 3f
        mv a0, t0
3:      ret

# take(chunk: a0, in its bin; size: a1) -> a0 = user's memory. What is left over goes back as a chunk of its own.
.Ltake:
        addi sp, sp, -32
        sd ra, 24(sp)
        sd s0, 16(sp)                   # chunk
        sd s1, 8(sp)                    # size wanted
        mv s0, a0
        mv s1, a1
        call .Lunlink
        ld t0, size(s0)
        andi t1, t0, ~FLAGS
        add t2, s0, t1                  # the chunk behind now has a neighbour in use
        ld t3, size(t2)
        ori t3, t3, PREVIOUS_IN_USE
        sd t3, size(t2)
        mv a0, s0
        mv a1, s1
        call .Lsplit
        addi a0, s0, HEADER
        ld ra, 24(sp)
        ld s0, 16(sp)
        ld s1, 8(sp)
        addi sp, sp, 32
        ret

# split(chunk: a0, in use; size: a1): frees what the chunk has beyond size, when that makes a chunk
.Lsplit:
        ld t0, size(a0)
        andi t1, t0, ~FLAGS
        sub t2, t1, a1                  # rest
        li t3, MINIMUM
        bltu t2, t3, 1f
        andi t0, t0, FLAGS
        or t0, t0, a1
        sd t0, size(a0)
        add a0, a0, a1
        ori t2, t2, PREVIOUS_IN_USE
        sd t2, size(a0)
        j .Lrelease
1:      ret

# unlink(chunk: a0): takes a free chunk out of its bin
.Lunlink:
        ld t1, next(a0)
        ld t2, previous(a0)
        beqz t1, 1f
        sd t2, previous(t1)
1:      beqz t2, 2f
        sd t1, next(t2)
        ret
2:      mv t3, ra                       # it was the first
        ld a0, size(a0)
        andi a0, a0, ~FLAGS
        call .Lbin
        mv ra, t3
        la t2, bins
        slli t3, a0, 3
        add t2, t2, t3
        sd t1, 0(t2)
        bnez t1, 3f
        li t1, 1
        sll t1, t1, a0
        la t2, bin_map
        ld t3, 0(t2)
        xor t3, t3, t1
        sd t3, 0(t2)
3:      ret

# release(chunk: a0, in use): makes it free, joins it with free neighbours, puts it in its bin
.Lrelease:
        addi sp, sp, -32
        sd ra, 24(sp)
        sd s0, 16(sp)                   # chunk
        sd s1, 8(sp)                    # its size
        sd s2, 0(sp)                    # the chunk behind
        mv s0, a0
        ld t0, size(s0)
        andi s1, t0, ~FLAGS
        andi t0, t0, PREVIOUS_IN_USE
        bnez t0, 1f
        ld t0, previous_size(s0)        # join with the one before
        add s1, s1, t0
        sub s0, s0, t0
        mv a0, s0
        call .Lunlink
1:      add s2, s0, s1
        ld t0, size(s2)
        andi t0, t0, ~FLAGS
        beqz t0, 2f                     # the fence
        add t1, s2, t0
        ld t1, size(t1)
        andi t1, t1, PREVIOUS_IN_USE
        bnez t1, 2f
        add s1, s1, t0                  # join with the one behind
        mv a0, s2
        call .Lunlink
        add s2, s0, s1
2:      ori t0, s1, PREVIOUS_IN_USE     # by (3)
        sd t0, size(s0)
        sd s1, previous_size(s2)
        ld t0, size(s2)
        andi t0, t0, ~PREVIOUS_IN_USE
        sd t0, size(s2)
        mv a0, s1                       # into the bin, as its first
        call .Lbin
        la t0, bins
        slli t1, a0, 3
        add t0, t0, t1
        ld t1, 0(t0)
        sd s0, 0(t0)
        sd t1, next(s0)
        sd zero, previous(s0)
        beqz t1, 3f
        sd s0, previous(t1)
3:      li t1, 1
        sll t1, t1, a0
        la t0, bin_map
        ld t2, 0(t0)
        or t2, t2, t1
        sd t2, 0(t0)
        ld ra, 24(sp)
        ld s0, 16(sp)
        ld s1, 8(sp)
        ld s2, 0(sp)
        addi sp, sp, 32
        ret

# grow(size: a0) -> a0 = a free chunk of at least that size at the end of the heap, or 0
.Lgrow:
        addi sp, sp, -48
        sd ra, 40(sp)
        sd s0, 32(sp)                   # bytes that the heap grows by
        sd s1, 24(sp)                   # where the new part begins
        sd s2, 16(sp)                   # size
        mv s2, a0
        li t0, GROWTH + 2 * HEADER - 1  # room for the fence and for the first chunk's header
        add s0, a0, t0
        li t0, -GROWTH
        and s0, s0, t0
        li a0, 0
        call brk                        # brk(0): where the break is
        addi s1, a0, 15
        andi s1, s1, -16
        add a0, s1, s0
        sd a0, 8(sp)
        call brk                        # the kernel answers with the old break when it cannot
        ld t0, 8(sp)
        beq a0, t0, 5f
        mv a0, s0                       # another row, elsewhere
        call .Lpages
        bltz a0, 3f
        mv s1, a0
        add t0, s1, s0
5:      la t1, heap_end
        ld t2, 0(t1)
        sd t0, 0(t1)
        addi t3, t0, -HEADER            # the new fence
        li t4, PREVIOUS_IN_USE
        sd t4, size(t3)
        bne t2, s1, 1f
        addi s1, s1, -HEADER            # contiguous: the old fence becomes the new chunk's header
        ld t4, size(s1)
        andi t4, t4, PREVIOUS_IN_USE
1:      sub t5, t3, s1
        or t4, t4, t5
        sd t4, size(s1)
        mv a0, s1
        call .Lrelease
        mv a0, s2
        call .Lfind
        j 4f
3:      li a0, 0
4:      ld ra, 40(sp)
        ld s0, 32(sp)
        ld s1, 24(sp)
        ld s2, 16(sp)
        addi sp, sp, 48
        ret

# map(count: a0) -> a0 = memory in pages of its own, or 0. The header's first word is the length of the mapping.
.Lmap:
        addi sp, sp, -16
        sd ra, 8(sp)
        sd s0, 0(sp)
        li t0, HEADER + PAGE - 1
        add a1, a0, t0
        li t0, -PAGE
        and a1, a1, t0
        mv s0, a1
        mv a0, a1
        call .Lpages
        bltz a0, 1f
        ori t0, s0, MAPPED
        sd t0, size(a0)
        addi a0, a0, HEADER
        j 2f
1:      li a0, 0
2:      ld ra, 8(sp)
        ld s0, 0(sp)
        addi sp, sp, 16
        ret

# pages(length: a0, a multiple of PAGE) -> a0 = new memory, zeroed, or -errno
.Lpages:
        mv a1, a0
        li a0, 0
        li a2, PROT_READ | PROT_WRITE
        li a3, MAP_PRIVATE | MAP_ANONYMOUS
        li a4, -1
        li a5, 0
        j mmap

# free(memory: a0, from malloc, or 0). Freeing twice ends the process, as far as it can be seen.
        .globl free
free:
        beqz a0, 2f
        addi a0, a0, -HEADER
        ld t0, size(a0)
        andi a1, t0, ~FLAGS
        andi t1, t0, MAPPED
        bnez t1, 1f
        add t1, a0, a1
        ld t1, size(t1)
        andi t1, t1, PREVIOUS_IN_USE
        bnez t1, .Lrelease
        li a0, STDERR_FILENO
        la a1, .Lbad_free
        li a2, BAD_FREE_LENGTH
        call write
        j abort
1:      j munmap
2:      ret

# calloc(count: a0, size: a1) -> a0 = that many zero bytes, or 0
        .globl calloc
calloc:
        addi sp, sp, -16
        sd ra, 8(sp)
        sd s0, 0(sp)
        mulhu t0, a0, a1
        bnez t0, 1f                     # more than 2^64
        mul s0, a0, a1
        mv a0, s0
        call malloc
        beqz a0, 2f
        ld t0, size-HEADER(a0)
        andi t0, t0, MAPPED
        bnez t0, 2f                     # fresh pages are zero
        mv a2, s0
        li a1, 0
        call memset
        j 2f
1:      li a0, 0
2:      ld ra, 8(sp)
        ld s0, 0(sp)
        addi sp, sp, 16
        ret

# realloc(memory: a0 or 0, count: a1) -> a0 = the same contents in count bytes, or 0 (and the old memory stays).
# In place when the chunk is large enough, or when the chunk behind is free and makes it so.
        .globl realloc
realloc:
        bnez a0, 1f
        mv a0, a1
        j malloc
1:      addi sp, sp, -32
        sd ra, 24(sp)
        sd s0, 16(sp)                   # chunk
        sd s1, 8(sp)                    # count
        sd s2, 0(sp)                    # bytes that the user has now
        addi s0, a0, -HEADER
        mv s1, a1
        srli t0, a1, LARGEST
        bnez t0, 6f
        ld t0, size(s0)
        andi s2, t0, ~FLAGS
        andi t1, t0, MAPPED
        bnez t1, 4f
        addi a1, a1, 8 + 15             # the size that count needs, as in malloc
        andi a1, a1, -16
        li t1, MINIMUM
        bgeu a1, t1, 2f
        mv a1, t1
2:      bleu a1, s2, 3f                 # shrink in place
        mv a0, s0
        call .Labsorb                   # keeps a1
        ld t0, size(s0)
        andi t0, t0, ~FLAGS
        addi s2, s2, -8
        bltu t0, a1, 5f
3:      mv a0, s0
        call .Lsplit
        addi a0, s0, HEADER
        j 7f
4:      addi s2, s2, -HEADER            # mapped: in place while it fits and is not much too large
        bgtu s1, s2, 5f
        srli t0, s2, 1
        addi a0, s0, HEADER
        bgeu s1, t0, 7f
        mv s2, s1                       # copy no more than this
5:      mv a0, s1                       # move
        call malloc
        beqz a0, 7f
        addi a1, s0, HEADER
        mv a2, s2
        mv s1, a0
        call memcpy
        addi a0, s0, HEADER
        call free
        mv a0, s1
        j 7f
6:      li a0, 0
7:      ld ra, 24(sp)
        ld s0, 16(sp)
        ld s1, 8(sp)
        ld s2, 0(sp)
        addi sp, sp, 32
        ret

# absorb(chunk: a0, in use; size: a1) -> a1 as it was. When the chunk behind is free and both together have that size,
# they become one chunk in use.
.Labsorb:
        addi sp, sp, -32
        sd ra, 24(sp)
        sd s0, 16(sp)                   # chunk
        sd a1, 8(sp)
        mv s0, a0
        ld t0, size(a0)
        andi t0, t0, ~FLAGS
        add t1, a0, t0                  # the chunk behind
        ld t2, size(t1)
        andi t2, t2, ~FLAGS
        beqz t2, 1f                     # the fence
        add t3, t1, t2                  # and the one behind that
        ld t4, size(t3)
        andi t5, t4, PREVIOUS_IN_USE
        bnez t5, 1f
        add t0, t0, t2
        bltu t0, a1, 1f
        ori t4, t4, PREVIOUS_IN_USE
        sd t4, size(t3)
        ld t4, size(s0)
        andi t4, t4, FLAGS
        or t4, t4, t0
        sd t4, size(s0)
        mv a0, t1
        call .Lunlink
1:      ld ra, 24(sp)
        ld s0, 16(sp)
        ld a1, 8(sp)
        addi sp, sp, 32
        ret
