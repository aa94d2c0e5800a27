# fnmatch: does a string match a pattern? *  ?  [a-z]  [!a-z]  [[:alpha:]]  \ before a character that stands for itself.
#
# No recursion: when something fails behind a star, the star takes one more character and the match goes on from there.
# Only the last star can need that: an earlier one that took more could only reproduce the same situation further on.
        .include "library.s"

        .text

# fnmatch(pattern: a0, string: a1, flags: a2, FNM_... bits) -> a0 = 0, or FNM_NOMATCH
# s0 pattern, s1 string, s2 flags, s3 behind the last star (0: none yet), s4 where that star's text ends, s5 start of string
        .globl fnmatch
fnmatch:
        addi sp, sp, -64
        sd ra, 56(sp)
        sd s0, 48(sp)
        sd s1, 40(sp)
        sd s2, 32(sp)
        sd s3, 24(sp)
        sd s4, 16(sp)
        sd s5, 8(sp)
        mv s0, a0
        mv s1, a1
        mv s2, a2
        mv s5, a1
        li s3, 0
.Lnext:
        lbu t0, 0(s0)
        li t1, '*'
        bne t0, t1, 2f
        call .Lhidden
        bnez a0, .Lretry
1:      addi s0, s0, 1                  # a row of stars is one
        lbu t0, 0(s0)
        li t1, '*'
        beq t0, t1, 1b
        mv s3, s0
        mv s4, s1
        j .Lnext
2:      lbu t1, 0(s1)
        bnez t1, 3f
        beqz t0, .Lmatched              # both at their end
        j .Lno_match                    # nothing left that a star could take
3:      beqz t0, .Lretry
        call .Lone
        beqz a0, .Lretry
        mv s0, a1
        addi s1, s1, 1
        j .Lnext

.Lretry:                                # the last star takes one more character
        beqz s3, .Lno_match
        lbu t0, 0(s4)
        beqz t0, .Lno_match
        andi t1, s2, FNM_PATHNAME
        beqz t1, 1f
        li t1, '/'
        beq t0, t1, .Lno_match
1:      addi s4, s4, 1
        mv s1, s4
        mv s0, s3
        j .Lnext

.Lmatched:
        li a0, 0
        j .Ldone
.Lno_match:
        li a0, FNM_NOMATCH
.Ldone:
        ld ra, 56(sp)
        ld s0, 48(sp)
        ld s1, 40(sp)
        ld s2, 32(sp)
        ld s3, 24(sp)
        ld s4, 16(sp)
        ld s5, 8(sp)
        addi sp, sp, 64
        ret

# hidden() -> a0 = 1 when s1 is at a leading period that no wildcard may match
.Lhidden:
        li a0, 0
        andi t0, s2, FNM_PERIOD
        beqz t0, 2f
        lbu t0, 0(s1)
        li t1, '.'
        bne t0, t1, 2f
        beq s1, s5, 1f
        andi t0, s2, FNM_PATHNAME
        beqz t0, 2f
        lbu t0, -1(s1)
        li t1, '/'
        bne t0, t1, 2f
1:      li a0, 1
2:      ret

# one() -> a0 = 1 when the character at s1 matches the element of the pattern at s0; a1 = the pattern behind the element
.Lone:
        addi sp, sp, -16
        sd ra, 8(sp)
        lbu t0, 0(s0)
        li t1, '?'
        beq t0, t1, .Lwild
        li t1, '['
        beq t0, t1, .Lwild
        li t1, '\\'
        bne t0, t1, .Lliteral
        andi t1, s2, FNM_NOESCAPE
        bnez t1, .Lliteral
        lbu t1, 1(s0)
        beqz t1, .Lliteral
        mv t0, t1
        addi a1, s0, 2
        j 1f
.Lliteral:
        addi a1, s0, 1
1:      mv a0, t0                       # compare t0 with the string
        call .Lfold
        mv a2, a0
        lbu a0, 0(s1)
        call .Lfold
        sub a0, a0, a2
        seqz a0, a0
        j .Lone_done
.Lwild:
        call .Lhidden
        xori a0, a0, 1
        beqz a0, .Lone_done
        lbu t0, 0(s1)                   # nor does a wildcard match a slash of a path
        li t1, '/'
        bne t0, t1, 2f
        andi t1, s2, FNM_PATHNAME
        beqz t1, 2f
        li a0, 0
        j .Lone_done
2:      addi a1, s0, 1
        lbu t0, 0(s0)
        li t1, '?'
        beq t0, t1, .Lone_done          # a0 is 1
        call .Lbracket
        li t0, -1
        bne a0, t0, .Lone_done
        li t0, '['                      # not closed: an ordinary character
        j .Lliteral
.Lone_done:
        ld ra, 8(sp)
        addi sp, sp, 16
        ret

# fold(c: a0) -> a0: small, when the flags say so. Keeps all but t0.
.Lfold:
        andi t0, s2, FNM_CASEFOLD
        beqz t0, 1f
        j tolower
1:      ret

# bracket() -> a0 = 1 or 0: is the character at s1 in the set at s0, a1 = behind the set; a0 = -1: the set is not closed
# s6 pattern, s7 character, s8 found, s9 1 for a negated set
.Lbracket:
        addi sp, sp, -48
        sd ra, 40(sp)
        sd s6, 32(sp)
        sd s7, 24(sp)
        sd s8, 16(sp)
        sd s9, 8(sp)
        addi s6, s0, 1
        lbu a0, 0(s1)
        call .Lfold
        mv s7, a0
        li s8, 0
        li s9, 0
        lbu t0, 0(s6)
        li t1, '!'
        beq t0, t1, 1f
        li t1, '^'
        bne t0, t1, 2f
1:      li s9, 1
        addi s6, s6, 1
2:      li t3, 1                        # a ] in the first place stands for itself
3:      lbu t0, 0(s6)
        beqz t0, .Lopen
        li t1, ']'
        bne t0, t1, 4f
        beqz t3, 8f
4:      li t1, '['
        bne t0, t1, 5f
        lbu t2, 1(s6)
        li t1, ':'
        bne t2, t1, 5f
        call .Lclass
        li t3, 0
        bgez a0, 6f
5:      call .Lset_character            # a single character, or the first of a range
        beqz a0, .Lopen
        call .Lfold
        mv a2, a0
        mv a3, a0
        lbu t0, 0(s6)
        li t1, '-'
        bne t0, t1, 7f
        lbu t0, 1(s6)
        li t1, ']'
        beq t0, t1, 7f                  # a - in the last place stands for itself
        addi s6, s6, 1
        call .Lset_character
        beqz a0, .Lopen
        call .Lfold
        mv a3, a0
7:      li t3, 0
        bltu s7, a2, 3b
        bgtu s7, a3, 3b
        li a0, 1
6:      or s8, s8, a0
        j 3b
8:      addi a1, s6, 1
        xor a0, s8, s9
        j 9f
.Lopen: li a0, -1
9:      ld ra, 40(sp)
        ld s6, 32(sp)
        ld s7, 24(sp)
        ld s8, 16(sp)
        ld s9, 8(sp)
        addi sp, sp, 48
        ret

# set_character() -> a0 = the character at s6, which moves on; 0 at the end. Keeps a2, a3.
.Lset_character:
        lbu a0, 0(s6)
        beqz a0, 2f
        addi s6, s6, 1
        li t1, '\\'
        bne a0, t1, 2f
        andi t1, s2, FNM_NOESCAPE
        bnez t1, 2f
        lbu t1, 0(s6)
        beqz t1, 2f
        mv a0, t1
        addi s6, s6, 1
2:      ret

# class() -> a0 = 1 or 0: is s7 in the class [:name:] at s6, which moves behind it; a0 = -1: there is no such class
.Lclass:
        addi sp, sp, -32
        sd ra, 24(sp)
        sd s8, 16(sp)                   # row
        la s8, .Lclasses
1:      ld a0, 0(s8)                    # "alpha:]"
        beqz a0, 3f
        call strlen
        mv a2, a0
        ld a0, 0(s8)
        addi a1, s6, 2
        sd a2, 8(sp)
        call strncmp
        beqz a0, 2f
        addi s8, s8, 16
        j 1b
2:      ld t0, 8(sp)
        add s6, s6, t0
        addi s6, s6, 2
        ld t0, 8(s8)
        mv a0, s7
        jalr t0
        j 4f
3:      li a0, -1
4:      ld ra, 24(sp)
        ld s8, 16(sp)
        addi sp, sp, 32
        ret

        .section .rodata
        .macro class name
        .dword .Lname_\name, is\name
        .endm
        .macro class_name name
.Lname_\name:   .asciz "\name:]"
        .endm
        .balign 8
.Lclasses:
        .irp name, alpha, digit, alnum, space, blank, upper, lower, print, graph, punct, cntrl, xdigit
        class \name
        .endr
        .dword 0, 0
        .irp name, alpha, digit, alnum, space, blank, upper, lower, print, graph, punct, cntrl, xdigit
        class_name \name
        .endr
