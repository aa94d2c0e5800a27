# A buffer: a text that grows at its end. Its three words are described in library.s; all zero is empty.
        .include "library.s"
        .text

# reserve(buffer: a0, count: a1) -> a0 = where the next byte goes; count more bytes and a NUL have room.
# Clobbers what a call clobbers. Internal.
.Lreserve:
        ld t0, buffer_length(a0)
        add t1, t0, a1
        addi t1, t1, 1                  # bytes needed
        ld t2, buffer_capacity(a0)
        bgtu t1, t2, 1f
        ld a0, buffer_data(a0)
        add a0, a0, t0
        ret
1:      slli t2, t2, 1                  # doubled, at least 64, at least what is needed
        bgeu t2, t1, 2f
        mv t2, t1
2:      li t3, 64
        bgeu t2, t3, 3f
        mv t2, t3
3:      addi sp, sp, -32
        sd ra, 24(sp)
        sd s0, 16(sp)
        mv s0, a0
        sd t2, buffer_capacity(s0)
        ld a0, buffer_data(s0)
        mv a1, t2
        call xrealloc
        sd a0, buffer_data(s0)
        ld t0, buffer_length(s0)
        add a0, a0, t0
        ld ra, 24(sp)
        ld s0, 16(sp)
        addi sp, sp, 32
        ret

# buffer_put(buffer: a0, c: a1)
        .globl buffer_put
buffer_put:
        addi sp, sp, -32
        sd ra, 24(sp)
        sd a0, 16(sp)
        sd a1, 8(sp)
        li a1, 1
        call .Lreserve
        ld t0, 8(sp)
        sb t0, 0(a0)
        ld a0, 16(sp)
        ld t0, buffer_length(a0)
        addi t0, t0, 1
        sd t0, buffer_length(a0)
        ld ra, 24(sp)
        addi sp, sp, 32
        ret

# buffer_append(buffer: a0, data: a1, count: a2)
        .globl buffer_append
buffer_append:
        addi sp, sp, -32
        sd ra, 24(sp)
        sd a0, 16(sp)
        sd a1, 8(sp)
        sd a2, 0(sp)
        mv a1, a2
        call .Lreserve
        ld a1, 8(sp)
        ld a2, 0(sp)
        call memcpy
        ld a0, 16(sp)
        ld a2, 0(sp)
        ld t0, buffer_length(a0)
        add t0, t0, a2
        sd t0, buffer_length(a0)
        ld ra, 24(sp)
        addi sp, sp, 32
        ret

# buffer_append_string(buffer: a0, s: a1)
        .globl buffer_append_string
buffer_append_string:
        addi sp, sp, -32
        sd ra, 24(sp)
        sd a0, 16(sp)
        sd a1, 8(sp)
        mv a0, a1
        call strlen
        mv a2, a0
        ld a0, 16(sp)
        ld a1, 8(sp)
        ld ra, 24(sp)
        addi sp, sp, 32
        j buffer_append

# buffer_string(buffer: a0) -> a0 = address of its text, which now ends with a NUL (not part of its length)
        .globl buffer_string
buffer_string:
        addi sp, sp, -16
        sd ra, 8(sp)
        sd s0, 0(sp)
        mv s0, a0
        li a1, 0
        call .Lreserve
        sb zero, 0(a0)
        ld a0, buffer_data(s0)
        ld ra, 8(sp)
        ld s0, 0(sp)
        addi sp, sp, 16
        ret

# buffer_clear(buffer: a0): length 0; the memory stays for the next text
        .globl buffer_clear
buffer_clear:
        sd zero, buffer_length(a0)
        ret

# buffer_free(buffer: a0): leaves it empty and without memory
        .globl buffer_free
buffer_free:
        ld t0, buffer_data(a0)
        sd zero, buffer_data(a0)
        sd zero, buffer_length(a0)
        sd zero, buffer_capacity(a0)
        mv a0, t0
        j free
