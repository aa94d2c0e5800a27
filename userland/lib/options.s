# parse_options: the options of a command by a table of them (include/option-table.s): letters in clusters, long names and what
# begins one of them only, arguments behind, and operands anywhere.
        .include "abi.s"
        .include "frame.s"
        .include "option-table.s"
        .equ ROOM, 64                   # of a message

        .text

# parse_options(argc: a0, argv: a1, table: a2) -> a0 = the operands, a vector ended by 0; a1 = how many. Does not return for
# a bad option (a message, the usage, the table's status) or --help.
# s0 next element, s1 where the next operand goes, s2 where the first is, s3 text of an option, s4 its row, s5 table
        .globl parse_options
parse_options:
        enter 6, ROOM
        addi s0, a1, 8
        mv   s1, s0
        mv   s2, s0
        mv   s5, a2
        ld   t0, table_status(s5)
        la   t1, failure_status
        sd   t0, 0(t1)
.Lnext: ld   s3, 0(s0)
        beqz s3, .Lend
        addi s0, s0, 8
        li   t1, '-'
        lbu  t0, 0(s3)
        bne  t0, t1, 1f
        addi s3, s3, 1
        lbu  t0, 0(s3)
        beqz t0, 1f
        bne  t0, t1, .Lcluster
        addi s3, s3, 1
        lbu  t0, 0(s3)
        bnez t0, .Llong
3:      ld   t0, 0(s0)                  # "--": operands only
        addi s0, s0, 8
        sd   t0, 0(s1)
        beqz t0, .Lend
        addi s1, s1, 8
        j    3b
1:      ld   t0, -8(s0)
        sd   t0, 0(s1)
        addi s1, s1, 8
        j    .Lnext
.Lend:  sd   zero, 0(s1)
        mv   a0, s2
        sub  a1, s1, s2
        srli a1, a1, 3
        leave 6, ROOM

# -- letters
.Lcluster:
        lbu  a0, 0(s3)
        beqz a0, .Lnext
        addi s3, s3, 1
        addi s4, s5, table_rows
1:      lbu  t0, row_kind(s4)
        beqz t0, .Lbad_letter
        lbu  t1, row_letter(s4)
        beq  t1, a0, 2f
        mv   a1, s4
        call .Ltail
        addi s4, a1, SIZEOF_row_tail
        j    1b
2:      li   t1, OPTION_ARGUMENT
        bgeu t0, t1, 3f
        call .Lapply
        j    .Lcluster
3:      mv   a0, s3                     # its argument: the rest of the cluster, or else the next element
        lbu  t0, 0(s3)
        bnez t0, 4f
        ld   a0, 0(s0)
        beqz a0, .Lno_argument
        addi s0, s0, 8
4:      call .Lapply
        j    .Lnext
.Lno_argument:
        lbu  a2, -1(s3)
        la   a1, .Lmissing
        j    5f
.Lbad_letter:
        mv   a2, a0
        la   a1, .Linvalid
5:      mv   a0, sp
        call sprintf
        li   a0, 0
        mv   a1, sp
        j    .Lbad

# -- long names: 0(sp) length, 8(sp) the argument behind "=" or 0, 16(sp) the row that begins so, 24(sp) how many do
.Llong: mv   a0, s3
        li   a1, '='
        call strchrnul
        sub  t0, a0, s3
        sd   t0, 0(sp)
        lbu  t1, 0(a0)
        beqz t1, 1f
        addi t1, a0, 1
1:      sd   t1, 8(sp)
        sd   zero, 16(sp)
        sd   zero, 24(sp)
        addi s4, s5, table_rows
2:      lbu  t0, row_kind(s4)
        beqz t0, 4f
        addi a0, s4, row_name
        mv   a1, s3
        ld   a2, 0(sp)
        call strncmp
        bnez a0, 3f
        ld   t0, 0(sp)
        add  t0, t0, s4
        lbu  t0, row_name(t0)
        beqz t0, 5f                     # the whole name
        sd   s4, 16(sp)
        ld   t0, 24(sp)
        addi t0, t0, 1
        sd   t0, 24(sp)
3:      mv   a1, s4
        call .Ltail
        addi s4, a1, SIZEOF_row_tail
        j    2b
4:      ld   t0, 24(sp)
        li   t1, 1
        ld   s4, 16(sp)
        beq  t0, t1, 5f
        la   a1, .Lambiguous
        bgtu t0, t1, 7f
        mv   a0, s3
        la   a1, .Lhelp
        call strcmp
        beqz a0, .Lshow_help
        la   a1, .Lunrecognized
        j    7f
5:      ld   a0, 8(sp)
        lbu  t0, row_kind(s4)
        li   t1, OPTION_ARGUMENT
        bltu t0, t1, 6f
        bnez a0, 8f
        ld   a0, 0(s0)
        la   a1, .Lneeds
        beqz a0, 7f
        addi s0, s0, 8
        j    8f
6:      la   a1, .Ltoo_much
        bnez a0, 7f
8:      call .Lapply
        j    .Lnext
7:      ld   a0, -8(s0)
.Lbad:  call complain
        ld   a0, table_usage(s5)
        ld   a1, table_status(s5)
        call usage
.Lshow_help:
        la   a0, .Lusage
        ld   a1, table_usage(s5)
        call printf
        li   a0, 0
        call exit

# tail(row: a1) -> a1 = its two words; changes nothing else but t2
.Ltail: addi a1, a1, row_name
1:      lbu  t2, 0(a1)
        addi a1, a1, 1
        bnez t2, 1b
        addi a1, a1, 7
        andi a1, a1, -8
        ret

# apply(argument: a0): what the row s4 says
.Lapply:
        mv   a1, s4
        mv   t6, ra
        call .Ltail
        mv   ra, t6
        lbu  t0, row_kind(s4)
        ld   t1, row_target(a1)
        ld   t2, row_value(a1)
        li   t3, OPTION_CALL
        beq  t0, t3, 1f
        li   t3, OPTION_ACTION
        beq  t0, t3, 1f
        li   t3, OPTION_CHOICE
        beq  t0, t3, 2f
        li   t3, OPTION_ARGUMENT
        beq  t0, t3, 3f
        ld   t3, 0(t1)
        or   t2, t2, t3
2:      sd   t2, 0(t1)
        ret
3:      sd   a0, 0(t1)
        ret
1:      jr   t1

        .section .rodata
.Linvalid:      .asciz "invalid option -- '%c'"
.Lmissing:      .asciz "option requires an argument -- '%c'"
.Lunrecognized: .asciz "unrecognized option"
.Lambiguous:    .asciz "option is ambiguous"
.Lneeds:        .asciz "option requires an argument"
.Ltoo_much:     .asciz "option doesn't allow an argument"
.Lhelp:         .asciz "help"
.Lusage:        .asciz "usage: %s\n"
