# Messages on descriptor 2, all of the form "prog: name: text", each written by one call to writev so that the lines of
# several processes do not mix. Independent of printf, so that small programs stay small.
        .include "abi.s"
        .text

# complain(name: a0 or 0, text: a1): "prog: name: text"
        .globl complain
complain:
        addi sp, sp, -128
        sd ra, 120(sp)
        sd s0, 112(sp)                  # name
        sd s1, 104(sp)                  # text
        sd s2, 96(sp)                   # end of the vector, which begins at sp
        mv s0, a0
        mv s1, a1
        mv s2, sp
        ld t0, flush_hook               # what was printed before comes first
        beqz t0, 1f
        li a0, 2
        jalr t0
1:      ld a0, program_name
        call .Lpiece
        la a0, .Lcolon
        call .Lpiece
        beqz s0, 2f
        mv a0, s0
        call .Lpiece
        la a0, .Lcolon
        call .Lpiece
2:      mv a0, s1
        call .Lpiece
        la a0, .Lnewline
        call .Lpiece
        li a0, STDERR_FILENO
        mv a1, sp
        sub a2, s2, sp
        srli a2, a2, 4                  # SIZEOF_iovec is 2^4
        call writev
        ld ra, 120(sp)
        ld s0, 112(sp)
        ld s1, 104(sp)
        ld s2, 96(sp)
        addi sp, sp, 128
        ret

# piece(string: a0): one more element of the vector that ends at s2
.Lpiece:
        addi sp, sp, -16
        sd ra, 8(sp)
        sd a0, iovec_iov_base(s2)
        call strlen
        sd a0, iovec_iov_len(s2)
        addi s2, s2, SIZEOF_iovec
        ld ra, 8(sp)
        addi sp, sp, 16
        ret

# warn(name: a0 or 0, errno: a1, either sign): "prog: name: No such file or directory"
        .globl warn
warn:
        addi sp, sp, -16
        sd ra, 8(sp)
        sd s0, 0(sp)
        mv s0, a0
        mv a0, a1
        call strerror
        mv a1, a0
        mv a0, s0
        ld ra, 8(sp)
        ld s0, 0(sp)
        addi sp, sp, 16
        j complain

# die(name: a0 or 0, errno: a1, status: a2): warn, then exit
        .globl die
die:
        mv s0, a2
        call warn
        mv a0, s0
        j exit

# fail(name: a0 or 0, text: a1, status: a2): complain, then exit
        .globl fail
fail:
        mv s0, a2
        call complain
        mv a0, s0
        j exit

        .section .rodata
.Lcolon:        .asciz ": "
.Lnewline:      .asciz "\n"
