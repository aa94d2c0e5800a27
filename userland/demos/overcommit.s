# Promises: how much memory may be reserved, and what happens when they are called in.
#
# mmap only promises memory. /proc/sys/vm/overcommit_memory says how many promises the kernel gives:
#   0  all that are not obviously absurd: one mapping larger than memory and swap together
#   1  all
#   2  no more than it can keep: CommitLimit, swap and a part of memory
# With 0 and 1 the promises may be called in, and then somebody must go: the OOM killer ends a process. With 2 mmap fails
# instead, and no one is killed.
#
#: machine --ram 16M --swap 16M
#: only the limits of Quire's own memory
#: under bare: fail there is no fork
#: under segments: fail all memory that is mapped must be there at once
#: stdout mode 0: a mapping of 1 GiB: Cannot allocate memory
#: stdout mode 1: a mapping of 1 GiB: granted
#: stdout mode 2: a mapping of 1 GiB: Cannot allocate memory
#: stdout~ mode 2: * MiB granted in pieces of 1 MiB, then: Cannot allocate memory
#: stdout mode 2: all of that was touched, and the child ended with status 0
#: stdout mode 1: 64 MiB promised to a child and touched: it was ended by SIGKILL
#: stderr...
#: exit 0
        .include "abi.s"
        .include "frame.s"
        .equ PAGE, 4096
        .equ MEBIBYTE, 1 << 20
        .equ MANY, 64                   # MiB: more than there are
        .equ SIGNAL_MASK, 127           # of a wait status

        .bss
        .balign 8
status:         .zero 8

        .text
        .globl main
main:
        enter 1
        li   s0, 0
1:      mv   a0, s0
        call set_mode
        mv   a0, s0
        call gigabyte
        addi s0, s0, 1
        li   t0, 2
        ble  s0, t0, 1b

        la   a0, strict                 # mode 2: as much as there is
        call in_child
        mv   a1, a0
        la   a0, kept
        call printf

        li   a0, 1
        call set_mode
        la   a0, reckless
        call in_child
        li   t0, SIGNAL_MASK
        and  a0, a0, t0
        la   a2, nothing
        la   a3, enough                 # there was memory enough
        beqz a0, 2f
        call signal_name
        la   a2, prefix
        mv   a3, a0
2:      li   a1, MANY
        la   a0, killed
        call printf
        li   a0, 0
        leave 1

# set_mode(mode: a0)
set_mode:
        enter 1, 16
        addi a0, a0, '0'
        sb   a0, 0(sp)
        la   a0, mode_file
        li   a1, O_WRONLY
        li   a2, 0
        call open
        bltz a0, 1f
        mv   s0, a0
        mv   a1, sp
        li   a2, 1
        call write_all
        bltz a0, 1f
        mv   a0, s0
        call close
        leave 1, 16
1:      mv   a1, a0
        la   a0, mode_file
        li   a2, 1
        call die

# map(bytes: a0) -> a0 = address or -errno
map:
        mv   a1, a0
        li   a0, 0
        li   a2, PROT_READ | PROT_WRITE
        li   a3, MAP_PRIVATE | MAP_ANONYMOUS
        li   a4, -1
        li   a5, 0
        tail mmap

# gigabyte(mode: a0): asks for one, and says what came of it
gigabyte:
        enter 2
        mv   s0, a0
        li   a0, 1 << 30
        call map
        mv   s1, a0
        la   a0, granted
        bgez s1, 1f
        mv   a0, s1
        call strerror
1:      mv   a2, a0
        mv   a1, s0
        la   a0, gigabyte_line
        call printf
        bltz s1, 2f
        mv   a0, s1
        li   a1, 1 << 30
        call munmap
2:      leave 2

# in_child(function: a0) -> a0 = the wait status of a child that runs it, its result being the exit status
in_child:
        enter 1
        mv   s0, a0
        call flush_all
        call fork
        bltz a0, 2f
        bnez a0, 1f
        jalr s0
        call exit
1:      la   a1, status
        li   a2, 0
        call waitpid
        lw   a0, status
        leave 1
2:      mv   a1, a0
        la   a0, fork_word
        li   a2, 1
        call die

# strict() -> a0 = 0: takes 1 MiB after the other until there is no more, then touches all
# s0 list of what it has (each piece's first word leads to the one before), s1 how many
strict:
        enter 3
        li   s0, 0
        li   s1, 0
1:      li   a0, MEBIBYTE
        call map
        bltz a0, 2f
        sd   s0, 0(a0)
        mv   s0, a0
        addi s1, s1, 1
        j    1b
2:      call strerror
        mv   a2, a0
        mv   a1, s1
        la   a0, pieces
        call printf
        call flush_all
3:      beqz s0, 4f
        mv   a0, s0
        ld   s0, 0(s0)
        call touch
        j    3b
4:      li   a0, 0
        leave 3

# reckless() -> a0 = 0, but it does not come so far
reckless:
        enter 2
        li   s0, MANY
1:      li   a0, MEBIBYTE
        call map
        bltz a0, 2f
        call touch
        addi s0, s0, -1
        bnez s0, 1b
2:      li   a0, 0
        leave 2

# touch(piece: a0): a word into each of its pages but the first
touch:
        li   t0, MEBIBYTE / PAGE - 1
        li   t1, PAGE
1:      add  a0, a0, t1
        sd   t0, 0(a0)
        addi t0, t0, -1
        bnez t0, 1b
        ret

        .section .rodata
mode_file:      .asciz "/proc/sys/vm/overcommit_memory"
gigabyte_line:  .asciz "mode %d: a mapping of 1 GiB: %s\n"
granted:        .asciz "granted"
pieces:         .asciz "mode 2: %d MiB granted in pieces of 1 MiB, then: %s\n"
kept:           .asciz "mode 2: all of that was touched, and the child ended with status %d\n"
killed:         .asciz "mode 1: %d MiB promised to a child and touched: it was ended by %s%s\n"
prefix:         .asciz "SIG"
nothing:        .asciz "nothing"
enough:         .asciz ": run it with --ram 16M --swap 16M"
fork_word:      .asciz "fork"
