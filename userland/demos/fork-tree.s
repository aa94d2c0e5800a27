# A tree of processes: fork makes two of one.
#
# fork returns twice: in the parent with the number of the new process, in the child with 0. Both go on at the same
# instruction, each with its own copy of all registers and all memory. So the variable `depth` below counts in every
# process by itself. Here each process that is not deep enough in the tree makes two children, one after the other, and
# waits for each: 1 + 2 + 4 + 8 processes are there in the end, all from one call of `grow`.
#
#: under bare: fail there is no fork
#: stdout~ process * (child of *)
#: stdout~   process * (child of *)
#: stdout~     process * (child of *)
#: stdout~       process * (child of *)
#: stdout~       process * (child of *)
#: stdout~     process * (child of *)
#: stdout~       process * (child of *)
#: stdout~       process * (child of *)
#: stdout~   process * (child of *)
#: stdout~     process * (child of *)
#: stdout~       process * (child of *)
#: stdout~       process * (child of *)
#: stdout~     process * (child of *)
#: stdout~       process * (child of *)
#: stdout~       process * (child of *)
#: stdout 15 processes in all
#: exit 0
        .include "abi.s"
        .equ DEEPEST, 3
        .equ CHILDREN, 2

        .data
        .balign 8
depth:  .dword 0                        # each process has its own

        .bss
        .balign 8
status: .zero 8                         # how the child ended

        .text
        .globl main
main:
        call grow                       # one process calls, every process of the tree returns
        ld   t0, depth
        bnez t0, 1f
        mv   a1, a0                     # only the root comes this way
        la   a0, total
        call printf
        li   a0, 0
1:      call exit                       # a child's exit status tells its parent how large its part of the tree is

# grow() -> a0 = number of processes in the tree below this process, itself included
grow:
        addi sp, sp, -32
        sd   ra, 24(sp)
        sd   s0, 16(sp)
        sd   s1, 8(sp)
        li   s1, 1                      # this process
again:
        call introduce
        li   s0, CHILDREN
next:
        ld   t0, depth
        li   t1, DEEPEST
        beq  t0, t1, grown
        beqz s0, grown
        call fork
        bltz a0, failed
        bnez a0, parent
        la   t0, depth                  # the child: one level deeper, and nobody below it yet
        ld   t1, 0(t0)
        addi t1, t1, 1
        sd   t1, 0(t0)
        li   s1, 1
        j    again
parent: la   a0, status
        call wait
        lw   t0, status
        srli t0, t0, 8                  # wait(2): the exit status stands in bits 15 ... 8
        add  s1, s1, t0
        addi s0, s0, -1
        j    next
failed: mv   a1, a0
        la   a0, fork_word
        li   a2, 1
        call die
grown:  mv   a0, s1
        ld   ra, 24(sp)
        ld   s0, 16(sp)
        ld   s1, 8(sp)
        addi sp, sp, 32
        ret

# introduce(): prints who this process is, indented by its depth
introduce:
        addi sp, sp, -16
        sd   ra, 8(sp)
        sd   s0, 0(sp)
        call getpid
        mv   s0, a0
        call getppid
        mv   a4, a0
        mv   a3, s0
        ld   a1, depth
        slli a1, a1, 1                  # a field of this width holds the empty text: two blanks a level
        la   a2, nothing
        la   a0, line
        call printf
        call flush_all                  # a buffer that is not empty would be copied by fork, and written twice
        ld   ra, 8(sp)
        ld   s0, 0(sp)
        addi sp, sp, 16
        ret

        .section .rodata
line:           .asciz "%*sprocess %d (child of %d)\n"
nothing:        .asciz ""
total:          .asciz "%ld processes in all\n"
fork_word:      .asciz "fork"
