# Formatted output to memory: snprintf, sprintf, vsnprintf. See printf.s for the frame of a variadic function.
        .text

# snprintf(to: a0, size: a1, format: a2, ...) -> a0 = length of the whole text, of which size - 1 bytes and a NUL are
# written (nothing at all when size is 0)
        .globl snprintf
snprintf:
        addi sp, sp, -80
        sd ra, 0(sp)
        sd a3, 40(sp)
        sd a4, 48(sp)
        sd a5, 56(sp)
        sd a6, 64(sp)
        sd a7, 72(sp)
        addi a3, sp, 40
        call vsnprintf
        ld ra, 0(sp)
        addi sp, sp, 80
        ret

# sprintf(to: a0, format: a1, ...) -> a0 = length of the text
        .globl sprintf
sprintf:
        addi sp, sp, -80
        sd ra, 0(sp)
        sd a2, 32(sp)
        sd a3, 40(sp)
        sd a4, 48(sp)
        sd a5, 56(sp)
        sd a6, 64(sp)
        sd a7, 72(sp)
        mv a2, a1
        li a1, -1
        srli a1, a1, 1                  # no limit
        addi a3, sp, 32
        call vsnprintf
        ld ra, 0(sp)
        addi sp, sp, 80
        ret

# vsnprintf(to: a0, size: a1, format: a2, arguments: a3) -> a0 = as snprintf
        .globl vsnprintf
vsnprintf:
        addi sp, sp, -48
        sd ra, 40(sp)
        sd s0, 32(sp)                   # size
        sd a0, 8(sp)                    # the sink's context: where the next byte goes,
        mv s0, a1
        beqz a1, 1f
        addi a1, a1, -1                 # and how many more have room before the NUL
1:      sd a1, 16(sp)
        la a0, .Lput
        addi a1, sp, 8
        call format
        beqz s0, 2f
        ld t0, 8(sp)
        sb zero, 0(t0)
2:      ld ra, 40(sp)
        ld s0, 32(sp)
        addi sp, sp, 48
        ret

# put(context: a0, data: a1, count: a2): the sink
.Lput:
        ld t0, 8(a0)
        bleu a2, t0, 1f
        mv a2, t0
1:      sub t0, t0, a2
        sd t0, 8(a0)
        ld t1, 0(a0)
        add t2, t1, a2
        sd t2, 0(a0)
        mv a0, t1
        j memcpy
