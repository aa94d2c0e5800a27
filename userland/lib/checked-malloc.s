# Memory for programs that cannot go on without it: the x functions end the process instead of returning 0.
        .include "abi.s"
        .text

# xmalloc(count: a0) -> a0 = memory
        .globl xmalloc
xmalloc:
        addi sp, sp, -16
        sd ra, 8(sp)
        call malloc
        beqz a0, .Lno_memory
        ld ra, 8(sp)
        addi sp, sp, 16
        ret

# xrealloc(memory: a0 or 0, count: a1) -> a0 = memory
        .globl xrealloc
xrealloc:
        addi sp, sp, -16
        sd ra, 8(sp)
        call realloc
        beqz a0, .Lno_memory
        ld ra, 8(sp)
        addi sp, sp, 16
        ret

# xstrdup(s: a0) -> a0 = a copy in memory of its own
        .globl xstrdup
xstrdup:
        addi sp, sp, -16
        sd ra, 8(sp)
        sd s0, 0(sp)
        mv s0, a0
        call strlen
        addi a0, a0, 1
        call xmalloc
        mv a1, s0
        call strcpy
        ld ra, 8(sp)
        ld s0, 0(sp)
        addi sp, sp, 16
        ret

.Lno_memory:
        li a0, 0
        li a1, ENOMEM
        li a2, 1
        j die
