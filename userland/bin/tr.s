# tr: replaces, squeezes or deletes characters of standard input.
#
# usage: tr [-cds] SET1 [SET2]
#   characters of SET1 become those of SET2 in the same places (its last one stands for all that it lacks)
#   -d  deletes those of SET1    -s  of equal ones in a row, one: those of the last SET    -c  SET1 is all that is not in it
#   In a SET: a-z, [:alpha:] [:digit:] [:alnum:] [:space:] [:blank:] [:upper:] [:lower:] [:print:] [:graph:] [:punct:]
#   [:cntrl:] [:xdigit:], \n \t \r \a \b \f \v \\ and \NNN
# exit status: 0; 1 in trouble
        .include "abi.s"
        .include "library.s"
        .equ BLOCK, 4096
        .equ CHARACTERS, 256

        .bss
        .balign 8
complement:     .zero 8
delete:         .zero 8
squeeze:        .zero 8
first:          .zero SIZEOF_buffer     # SET1 and SET2, spelt out
second:         .zero SIZEOF_buffer
all_others:     .zero SIZEOF_buffer
becomes:        .zero CHARACTERS        # what each character turns into
deleted:        .zero CHARACTERS        # 1 for those that go
squeezed:       .zero CHARACTERS        # 1 for those of which one stays
block:          .zero BLOCK

        .text
# s0 operands, s1 how many
        .globl main
main:
        addi sp, sp, -48
        sd ra, 40(sp)
        sd s0, 32(sp)
        sd s1, 24(sp)
        sd a0, 16(sp)
        sd a1, 8(sp)
1:      ld a0, 16(sp)
        ld a1, 8(sp)
        la a2, .Lletters
        la a3, .Lusage
        li a4, 1
        call option
        bltz a0, 3f
        la t1, complement
        li t0, 'c'
        beq a0, t0, 2f
        la t1, delete
        li t0, 'd'
        beq a0, t0, 2f
        la t1, squeeze
2:      li t0, 1
        sd t0, 0(t1)
        j 1b
3:      ld t0, optind
        ld s1, 16(sp)
        sub s1, s1, t0
        slli t0, t0, 3
        ld s0, 8(sp)
        add s0, s0, t0
        call how_many                   # s1 must be that
        ld a0, 0(s0)
        la a1, first
        call spell_out
        ld t0, complement
        beqz t0, 4f
        call complement_first
4:      li t0, 2
        bne s1, t0, 5f
        ld a0, 8(s0)
        la a1, second
        call spell_out
5:      call fill_tables
        call filter
        ld ra, 40(sp)
        ld s0, 32(sp)
        ld s1, 24(sp)
        addi sp, sp, 48
        ret

# how_many(): -d alone takes one SET, -s alone one or two, all others two
how_many:
        ld t0, delete
        ld t1, squeeze
        li t2, 2
        xor t3, t0, t1
        beqz t3, 1f                     # neither, or both
        li t2, 1
        bnez t0, 1f
        li t3, 2
        beq s1, t3, 2f
1:      bne s1, t2, 3f
2:      ret
3:      la a0, .Lusage
        li a1, 1
        call usage

# spell_out(text: a0, buffer: a1): a SET as the row of its characters
# s2 rest of the text, s3 buffer, s4 character
spell_out:
        addi sp, sp, -48
        sd ra, 40(sp)
        sd s2, 32(sp)
        sd s3, 24(sp)
        sd s4, 16(sp)
        mv s2, a0
        mv s3, a1
1:      lbu t0, 0(s2)
        beqz t0, 6f
        li t1, '['
        bne t0, t1, 2f
        lbu t0, 1(s2)
        li t1, ':'
        bne t0, t1, 2f
        call class
        bnez a0, 1b
2:      call character
        mv s4, a0
        lbu t0, 0(s2)                   # a range?
        li t1, '-'
        bne t0, t1, 5f
        lbu t0, 1(s2)
        beqz t0, 5f
        addi s2, s2, 1
        call character
        bltu a0, s4, 7f
        sd a0, 8(sp)
3:      mv a0, s3
        mv a1, s4
        call buffer_put
        ld t0, 8(sp)
        addi s4, s4, 1
        bleu s4, t0, 3b
        j 1b
5:      mv a0, s3
        mv a1, s4
        call buffer_put
        j 1b
6:      ld ra, 40(sp)
        ld s2, 32(sp)
        ld s3, 24(sp)
        ld s4, 16(sp)
        addi sp, sp, 48
        ret
7:      mv a0, s2
        la a1, .Lbackwards
        li a2, 1
        call fail

# character() -> a0 = the character at s2, which moves behind it; with backslashes
character:
        lbu a0, 0(s2)
        addi s2, s2, 1
        li t0, '\\'
        bne a0, t0, 3f
        lbu t0, 0(s2)
        beqz t0, 3f
        addi t1, t0, -'0'
        li t2, 8
        bltu t1, t2, 4f
        mv a0, t0
        addi s2, s2, 1
        la t1, .Lescapes
1:      lbu t2, 0(t1)
        beqz t2, 3f
        addi t1, t1, 2
        bne t2, t0, 1b
        lbu a0, -1(t1)
3:      ret
4:      li a0, 0                        # up to three octal digits
        li t3, 3
5:      slli a0, a0, 3
        add a0, a0, t1
        addi s2, s2, 1
        addi t3, t3, -1
        beqz t3, 6f
        lbu t1, 0(s2)
        addi t1, t1, -'0'
        bltu t1, t2, 5b
6:      andi a0, a0, 0xff
        ret

# class() -> a0 = 1 when [:name:] stands at s2, which moves behind it: its characters go to the buffer s3; else 0
class:
        addi sp, sp, -48
        sd ra, 40(sp)
        sd s4, 32(sp)                   # character
        sd s5, 24(sp)                   # row
        la s5, .Lclasses
1:      ld a0, 0(s5)
        beqz a0, 5f
        call strlen
        sd a0, 8(sp)
        mv a2, a0
        mv a0, s2
        ld a1, 0(s5)
        call strncmp
        beqz a0, 2f
        addi s5, s5, 16
        j 1b
2:      ld t0, 8(sp)
        add s2, s2, t0
        li s4, 0
3:      mv a0, s4
        ld t0, 8(s5)
        jalr t0
        beqz a0, 4f
        mv a0, s3
        mv a1, s4
        call buffer_put
4:      addi s4, s4, 1
        li t0, CHARACTERS
        bltu s4, t0, 3b
        li a0, 1
5:      ld ra, 40(sp)
        ld s4, 32(sp)
        ld s5, 24(sp)
        addi sp, sp, 48
        ret

# complement_first(): the first set becomes all characters that are not in it
complement_first:
        addi sp, sp, -16
        sd ra, 8(sp)
        sd s2, 0(sp)                    # character
        li s2, 0
1:      ld a0, first+buffer_data
        ld a2, first+buffer_length
        mv a1, s2
        call memchr
        bnez a0, 2f
        la a0, all_others
        mv a1, s2
        call buffer_put
2:      addi s2, s2, 1
        li t0, CHARACTERS
        bltu s2, t0, 1b
        la a0, first
        la a1, all_others
        li a2, SIZEOF_buffer
        call memcpy
        ld ra, 8(sp)
        ld s2, 0(sp)
        addi sp, sp, 16
        ret

# fill_tables()
fill_tables:
        la t0, becomes
        li t1, 0
        li t2, CHARACTERS
1:      add t3, t0, t1
        sb t1, 0(t3)
        addi t1, t1, 1
        bltu t1, t2, 1b
        ld t1, delete
        bnez t1, 4f
        ld t1, second+buffer_length
        beqz t1, 6f
        li t2, 0                        # SET1 to SET2
2:      ld t3, first+buffer_length
        bgeu t2, t3, 6f
        ld t4, first+buffer_data
        add t4, t4, t2
        lbu t4, 0(t4)
        add t4, t4, t0
        mv t5, t2
        bltu t5, t1, 3f
        addi t5, t1, -1                 # its last one stands for all that it lacks
3:      ld t6, second+buffer_data
        add t6, t6, t5
        lbu t6, 0(t6)
        sb t6, 0(t4)
        addi t2, t2, 1
        j 2b
4:      la a0, first                    # SET1 goes
        la a1, deleted
        mv t6, ra
        call mark
        mv ra, t6
6:      ld t0, squeeze                  # of the last SET one stays
        beqz t0, 8f
        la a0, second
        li t0, 2
        beq s1, t0, 7f
        la a0, first
7:      la a1, squeezed
        j mark
8:      ret

# mark(buffer: a0, table: a1): 1 for each character of the set
mark:
        ld t0, buffer_data(a0)
        ld t1, buffer_length(a0)
        li t2, 1
1:      beqz t1, 2f
        lbu t3, 0(t0)
        add t3, t3, a1
        sb t2, 0(t3)
        addi t0, t0, 1
        addi t1, t1, -1
        j 1b
2:      ret

# filter() -> a0 = 0 or 1: standard input to standard output
# s2 the character written last, or -1
filter:
        addi sp, sp, -16
        sd ra, 8(sp)
        sd s2, 0(sp)
        li s2, -1
1:      li a0, STDIN_FILENO
        la a1, block
        li a2, BLOCK
        call read
        beqz a0, 5f
        bltz a0, 6f
        la t0, block                    # in place: what comes out is never longer
        add t1, t0, a0
        mv t2, t0
2:      lbu t3, 0(t0)
        addi t0, t0, 1
        la t4, deleted
        add t4, t4, t3
        lbu t4, 0(t4)
        bnez t4, 4f
        la t4, becomes
        add t4, t4, t3
        lbu t3, 0(t4)
        bne t3, s2, 3f
        la t4, squeezed
        add t4, t4, t3
        lbu t4, 0(t4)
        bnez t4, 4f
3:      mv s2, t3
        sb t3, 0(t2)
        addi t2, t2, 1
4:      bltu t0, t1, 2b
        la a0, block
        li a1, 1
        sub a2, t2, a0
        li a3, STDOUT_FILENO
        call fwrite
        bgez a0, 1b
        li a0, 0                        # exit will tell
5:      ld ra, 8(sp)
        ld s2, 0(sp)
        addi sp, sp, 16
        ret
6:      mv a1, a0
        la a0, .Lstandard_input
        call warn
        li a0, 1
        j 5b

        .section .rodata
        .balign 8
.Lclasses:
        .irp name, alpha, digit, alnum, space, blank, upper, lower, print, graph, punct, cntrl, xdigit
        .dword .Lname_\name, is\name
        .endr
        .dword 0
        .irp name, alpha, digit, alnum, space, blank, upper, lower, print, graph, punct, cntrl, xdigit
.Lname_\name:   .asciz "[:\name:]"
        .endr
.Lescapes:
        .ascii "a\007", "b\b", "f\f", "n\n", "r\r", "t\t", "v\013"
        .byte 0
.Lletters:      .asciz "+cds"
.Lusage:        .asciz "tr [-cds] SET1 [SET2]"
.Lbackwards:    .asciz "a range runs backwards before this"
.Lstandard_input:       .asciz "standard input"
