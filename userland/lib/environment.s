# The environment: a vector of "NAME=value" strings that ends with 0; `environ` holds its address.
        .include "library.s"

        .bss
        .balign 8
own:            .zero SIZEOF_vector     # the vector once it has been changed: the kernel's lies on the stack, full

        .text

# slot(name: a0, length of the name: a1) -> a0 = address of its slot in environ, or of the closing 0; a1 = the string there
.Lslot:
        addi sp, sp, -32
        sd ra, 24(sp)
        sd s0, 16(sp)                   # name
        sd s1, 8(sp)                    # length
        sd s2, 0(sp)                    # slot
        mv s0, a0
        mv s1, a1
        ld s2, environ
1:      ld a0, 0(s2)
        beqz a0, 2f
        mv a1, s0
        mv a2, s1
        call strncmp
        bnez a0, 3f
        ld t0, 0(s2)
        add t0, t0, s1
        lbu t0, 0(t0)
        li t1, '='
        beq t0, t1, 2f
3:      addi s2, s2, 8
        j 1b
2:      mv a0, s2
        ld a1, 0(s2)
        ld ra, 24(sp)
        ld s0, 16(sp)
        ld s1, 8(sp)
        ld s2, 0(sp)
        addi sp, sp, 32
        ret

# getenv(name: a0) -> a0 = its value, or 0
        .globl getenv
getenv:
        addi sp, sp, -32
        sd ra, 24(sp)
        sd s0, 16(sp)
        sd s1, 8(sp)
        mv s0, a0
        call strlen
        mv s1, a0
        mv a1, a0
        mv a0, s0
        call .Lslot
        mv a0, a1
        beqz a0, 1f
        add a0, a0, s1
        addi a0, a0, 1                  # behind the =
1:      ld ra, 24(sp)
        ld s0, 16(sp)
        ld s1, 8(sp)
        addi sp, sp, 32
        ret

# setenv(name: a0, value: a1): adds or replaces
        .globl setenv
setenv:
        addi sp, sp, -48
        sd ra, 40(sp)
        sd s0, 32(sp)                   # name
        sd s1, 24(sp)                   # value
        sd s2, 16(sp)                   # length of the name
        mv s0, a0
        mv s1, a1
        call strlen
        mv s2, a0
        mv a0, s1
        call strlen
        add a0, a0, s2
        addi a0, a0, 2                  # = and NUL
        call xmalloc
        sd a0, 8(sp)
        mv a1, s0
        call strcpy
        add a0, a0, s2
        li t0, '='
        sb t0, 0(a0)
        addi a0, a0, 1
        mv a1, s1
        call strcpy
        ld a0, 8(sp)
        ld ra, 40(sp)
        ld s0, 32(sp)
        ld s1, 24(sp)
        ld s2, 16(sp)
        addi sp, sp, 48
        # fall through

# putenv(string: a0, "NAME=value"): adds or replaces; the string itself becomes part of the environment
        .globl putenv
putenv:
        addi sp, sp, -16
        sd ra, 8(sp)
        sd s0, 0(sp)
        mv s0, a0
        call .Lown
        mv a0, s0
        li a1, '='
        call strchrnul
        sub a1, a0, s0
        mv a0, s0
        call .Lslot
        beqz a1, 1f
        sd s0, 0(a0)
        j 2f
1:      la a0, own                      # over the closing 0, and a new one behind
        call vector_pop
        la a0, own
        mv a1, s0
        call vector_push
        la a0, own
        li a1, 0
        call vector_push
        ld t0, own+vector_data
        la t1, environ
        sd t0, 0(t1)
2:      ld ra, 8(sp)
        ld s0, 0(sp)
        addi sp, sp, 16
        ret

# own(): makes environ the vector `own`, a copy of what the kernel gave
.Lown:
        addi sp, sp, -16
        sd ra, 8(sp)
        sd s0, 0(sp)
        ld s0, environ
        ld t0, own+vector_data
        beqz t0, 1f
        beq t0, s0, 3f
        la t0, own                      # somebody has set environ itself: copy anew
        sd zero, vector_count(t0)
1:      la a0, own
        ld a1, 0(s0)
        addi s0, s0, 8
        call vector_push
2:      ld t0, -8(s0)
        bnez t0, 1b
        ld t0, own+vector_data
        la t1, environ
        sd t0, 0(t1)
3:      ld ra, 8(sp)
        ld s0, 0(sp)
        addi sp, sp, 16
        ret

# unsetenv(name: a0): removes it, when it is there
        .globl unsetenv
unsetenv:
        addi sp, sp, -32
        sd ra, 24(sp)
        sd s0, 16(sp)
        mv s0, a0
        call .Lown
        mv a0, s0
        call strlen
        mv a1, a0
        mv a0, s0
        call .Lslot
        beqz a1, 2f
1:      ld t0, 8(a0)                    # close the gap, the final 0 included
        sd t0, 0(a0)
        addi a0, a0, 8
        bnez t0, 1b
        la t0, own
        ld t1, vector_count(t0)
        addi t1, t1, -1
        sd t1, vector_count(t0)
2:      ld ra, 24(sp)
        ld s0, 16(sp)
        addi sp, sp, 32
        ret
