# Putting a format out: directives become printf's, with their flags and width.
        .include "abi.s"
        .include "frame.s"
        .include "stat-directives.s"
        .equ ROOM, 64                   # of a directive for printf

        .text

# show(format: a0, directives: a1, escapes: a2, 0: backslashes are themselves)
# s0 rest of the format, s1 directives, s2 escapes
        .globl show
show:
        enter 3
        mv   s0, a0
        mv   s1, a1
        mv   s2, a2
1:      lbu  a0, 0(s0)
        beqz a0, 9f
        addi s0, s0, 1
        li   t0, '%'
        beq  a0, t0, 3f
        li   t0, '\\'
        bne  a0, t0, 2f
        beqz s2, 2f
        call escape
2:      call putchar
        j    1b
3:      mv   a0, s0
        mv   a1, s1
        call show_directive
        mv   s0, a0
        j    1b
9:      leave 3

# escape() -> a0 = the character that s0, behind a backslash, stands for; s0 behind it
escape:
        lbu  t0, 0(s0)
        li   a0, '\\'
        beqz t0, 5f
        addi s0, s0, 1
        la   t1, escapes                # pairs
1:      lbu  t2, 0(t1)
        beqz t2, 2f
        lbu  a0, 1(t1)
        addi t1, t1, 2
        bne  t2, t0, 1b
        ret
2:      li   t3, 8                      # up to three octal digits
        li   t4, 3
        mv   a0, t0
        addi t0, t0, -'0'
        bgeu t0, t3, 5f
        mv   a0, t0
3:      addi t4, t4, -1
        beqz t4, 5f
        lbu  t0, 0(s0)
        addi t0, t0, -'0'
        bgeu t0, t3, 5f
        slli a0, a0, 3
        add  a0, a0, t0
        addi s0, s0, 1
        j    3b
5:      ret

# show_directive(text: a0, behind "%"; directives: a1) -> a0 = what follows it
# s0 text, s1 directives, s2 end of the printf directive, which lies at 0(sp); s3 row
show_directive:
        enter 5, ROOM
        mv   s0, a0
        mv   s4, a0
        mv   s1, a1
        la   a1, flags
        call strspn
        li   t0, ROOM - 8
        bltu a0, t0, 1f
        mv   a0, t0
1:      mv   t1, s0
        add  s0, s0, a0
        mv   s2, sp
        li   t0, '%'
        sb   t0, 0(s2)
2:      addi s2, s2, 1                  # flags, width, precision
        beq  t1, s0, 3f
        lbu  t0, 0(t1)
        sb   t0, 0(s2)
        addi t1, t1, 1
        j    2b
3:      lbu  t0, 0(s0)
        li   a0, '%'
        bnez t0, 13f
        beq  s0, s4, .Lplain            # "%" at the end
        mv   a0, s4
        la   a1, invalid
        li   a2, 1
        call fail
13:
        addi s0, s0, 1
        beq  t0, a0, .Lplain
        lbu  t1, 0(s0)                  # %Hd, %Lr
        li   t2, 'H'
        li   t3, HIGH
        beq  t0, t2, 4f
        li   t2, 'L'
        li   t3, LOW
        bne  t0, t2, 5f
4:      li   t2, 'd'
        beq  t1, t2, 6f
        li   t2, 'r'
        bne  t1, t2, 5f
6:      add  t0, t1, t3
        addi s0, s0, 1
5:      mv   s3, s1
7:      lwu  t1, directive_letter(s3)
        li   a0, '?'
        beqz t1, .Lplain
        beq  t1, t0, 8f
        addi s3, s3, SIZEOF_directive
        j    7b
8:      lwu  t0, directive_kind(s3)
        ld   t1, directive_word(s3)
        andi t2, t0, FIELD
        beqz t2, 9f
        ld   a0, 0(t1)
        j    11f
9:      andi t2, t0, HALF_FIELD
        beqz t2, 10f
        lwu  a0, 0(t1)
        j    11f
10:     jalr t1
11:     lwu  t0, directive_kind(s3)
        andi t0, t0, 3
        la   t1, conversions
        add  t1, t1, t0
        beqz t0, 12f
        li   t2, 'l'
        sb   t2, 0(s2)
        addi s2, s2, 1
12:     lbu  t2, 0(t1)
        sb   t2, 0(s2)
        sb   zero, 1(s2)
        mv   a1, a0
        mv   a0, sp
        call printf
        mv   a0, s0
        leave 5, ROOM
.Lplain:
        call putchar
        mv   a0, s0
        leave 5, ROOM

        .section .rodata
invalid:        .asciz "invalid directive"
flags:          .asciz "-+ #0123456789.'"
conversions:    .ascii "suox"           # by AS_...
escapes:        .byte 'n', '\n', 't', '\t', '\\', '\\', '"', '"', 'a', 7, 'b', 8, 'e', 27, 'f', 12, 'r', 13, 'v', 11, 0
