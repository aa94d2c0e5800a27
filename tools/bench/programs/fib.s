# fib: the 27th Fibonacci number by recursion. Calls, returns, and a stack frame for each.
# work() -> fib(27): 196,418

        .globl  prepare, work

prepare:
        ret

work:   li      a0, 27
        tail    fib

fib:    li      t0, 2
        blt     a0, t0, 1f
        addi    sp, sp, -32
        sd      ra, 24(sp)
        sd      s0, 16(sp)
        sd      s1, 8(sp)
        mv      s0, a0
        addi    a0, a0, -1
        call    fib
        mv      s1, a0
        addi    a0, s0, -2
        call    fib
        add     a0, a0, s1
        ld      s1, 8(sp)
        ld      s0, 16(sp)
        ld      ra, 24(sp)
        addi    sp, sp, 32
1:      ret
