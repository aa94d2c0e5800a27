# External fragmentation, and compaction.
#
# The program asks for pieces of 64 KiB until there are no more, gives every other one back, and then asks for a piece of 1 MiB.
# There is room for many, but not in one piece. Where memory is made of pages that does not matter: any free frames will do. Where
# a segment must lie in one piece the kernel has to move the other segments together first (a compaction); without that the request
# fails. /proc/segments has the figures.
#
#     npx quire run --translation segments --ram 8M --swap 0 userland/demos/fragmentation.s
#     npx quire run --translation segments --ram 8M --swap 0 --no-compaction userland/demos/fragmentation.s
#     npx quire run --translation segments --ram 8M --swap 0 --segment-fit worst-fit --trace=segments userland/demos/fragmentation.s
#     npx quire run --ram 8M --swap 0 userland/demos/fragmentation.s
#
#: machine --ram 8M --swap 0
#: stdout every other piece is given back
#: stdout 1 MiB in one piece: success
#: under segments: stdout every other piece is given back
#: under segments: stdout...
#: under segments: stdout compactions 0
#: under segments: stdout...
#: under segments: stdout 1 MiB in one piece: success
#: under segments: stdout...
#: under segments: stdout compactions 1
#: under segments: stdout...
#: under bare: stdout every other piece is given back
#: under bare: stdout...
#: under bare: stdout 1 MiB in one piece: no memory
#: under bare: stdout...
        .include "abi.s"
        .include "frame.s"
        .equ PIECE, 64 * 1024
        .equ LARGE, 1024 * 1024
        .equ MOST, 200                  # pieces; there are not so many segments, nor so much memory
        .bss
        .balign 8
pieces:         .zero 8 * MOST
text:           .zero 1024

        .text
# s0 pieces that there are, s1 index, s2 their table
        .globl main
main:
        enter 3
        la   s2, pieces
        li   s0, 0
1:      li   a1, PIECE
        call piece
        bltz a0, 2f
        slli t0, s0, 3
        add  t0, t0, s2
        sd   a0, 0(t0)
        addi s0, s0, 1
        li   t0, MOST
        blt  s0, t0, 1b
2:      li   s1, 0
3:      bge  s1, s0, 4f
        slli t0, s1, 3
        add  t0, t0, s2
        ld   a0, 0(t0)
        li   a1, PIECE
        call munmap
        addi s1, s1, 2
        j    3b
4:      la   a0, given_back
        call puts
        call figures
        li   a1, LARGE
        call piece
        mv   a1, a0
        la   a0, succeeded
        bgez a1, 5f
        la   a0, failed
5:      call puts
        call figures
        li   a0, 0
        leave 3

# piece(bytes: a1) -> a0 = address of anonymous memory, or an error
piece:
        li   a0, 0
        li   a2, PROT_READ | PROT_WRITE
        li   a3, MAP_PRIVATE | MAP_ANONYMOUS
        li   a4, -1
        li   a5, 0
        j    mmap

# Copies /proc/segments to standard output, if there is one.
figures:
        enter 2
        call flush_all
        li   a0, AT_FDCWD
        la   a1, path
        li   a2, O_RDONLY
        call openat
        bltz a0, 1f
        mv   s0, a0
        la   a1, text
        li   a2, 1024
        call read
        mv   s1, a0
        la   a0, heading
        call puts
        call flush_all
        mv   a2, s1
        li   a0, STDOUT_FILENO
        la   a1, text
        call write
        mv   a0, s0
        call close
1:      leave 2

        .section .rodata
path:           .string "/proc/segments"
heading:        .string "memory now, by /proc/segments:"
given_back:     .string "every other piece is given back"
succeeded:      .string "1 MiB in one piece: success"
failed:         .string "1 MiB in one piece: no memory"
