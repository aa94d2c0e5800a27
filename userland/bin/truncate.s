# truncate: makes files shorter or longer; what is new in them is zeroes that take no room.
#
# usage: truncate [-co] -s [+-<>/%]SIZE FILE...      truncate [-co] -r FILE [-s [+-<>/%]SIZE] FILE...
#   -s  the size: + more, - less, < at most, > at least, / down to a multiple, % up to a multiple; K, MB and so on behind it
#   -r  the size of that file    -c  makes no files    -o  SIZE counts blocks of the file, not bytes
# exit status: 0; 1 when a size could not be set
        .include "abi.s"
        .include "frame.s"
        .include "option-table.s"

        option_table table, usage_text, 1
        flag 'c', "no-create", keep, 1
        flag 'o', "io-blocks", blocks, 1
        argument 's', "size", size_text
        argument 'r', "reference", reference
        option_end

        .data
        .balign 8
keep:           .dword 0
blocks:         .dword 0
size_text:      .dword 0
reference:      .dword 0

        .text
# s0 next name, s1 exit status, s2 size, s3 how it is meant: a character, or 0, s4 size of -r, or -1
        .globl main
main:
        enter 5, SIZEOF_stat
        la   a2, table
        call parse_options
        mv   s0, a0
        beqz a1, bad_usage
        li   s1, 0
        li   s2, 0
        li   s3, '+'                    # -r alone: its size and 0
        li   s4, -1
        ld   a0, reference
        ld   t0, size_text
        or   t1, a0, t0
        beqz t1, bad_usage
        beqz a0, 1f
        mv   a1, sp
        call stat
        mv   a1, a0
        ld   a0, reference
        bnez a1, 7f
        ld   s4, stat_st_size(sp)
1:      ld   a0, size_text
        beqz a0, 4f
        li   s3, 0
        lbu  a1, 0(a0)
        la   a0, signs
        beqz a1, 2f
        call strchr
2:      mv   t0, a0
        ld   a0, size_text
        beqz t0, 3f
        lbu  s3, 0(a0)
        addi a0, a0, 1
3:      lbu  t0, 0(a0)
        addi t0, t0, -'0'
        sltiu t0, t0, 10
        beqz t0, 8f
        li   a1, 0
        call parse_size
        bnez a1, 8f
        mv   s2, a0
        bnez s2, 9f
        li   t0, '/'                    # multiples of 0 there are none
        beq  s3, t0, 8f
        li   t0, '%'
        beq  s3, t0, 8f
9:      bltz s4, 4f
        beqz s3, bad_usage              # two sizes
4:      ld   a0, 0(s0)
        beqz a0, 6f
        call set_size
        or   s1, s1, a0
        addi s0, s0, 8
        j    4b
6:      mv   a0, s1
        leave 5, SIZEOF_stat
7:      li   a2, 1
        call die
8:      ld   a0, size_text
        la   a1, bad_size
        li   a2, 1
        call fail
bad_usage:
        la   a0, usage_text
        li   a1, 1
        call usage

# set_size(path: a0) -> a0 = 0, or 1 after a message
# s5 path, s6 descriptor
set_size:
        enter 7, SIZEOF_stat
        mv   s5, a0
        li   a1, O_WRONLY | O_NONBLOCK
        ld   t0, keep
        bnez t0, 1f
        li   a1, O_WRONLY | O_NONBLOCK | O_CREAT
1:      li   a2, 0666
        call open
        mv   s6, a0
        bgez a0, 2f
        li   t0, -ENOENT
        bne  a0, t0, 4f
        ld   t0, keep
        beqz t0, 4f
        li   a0, 0
        leave 7, SIZEOF_stat
2:      mv   a1, sp
        call fstat
        bnez a0, 3f
        mv   a0, sp
        call new_size
        bltz a0, 3f
        mv   a1, a0
        mv   a0, s6
        call ftruncate
3:      mv   t0, s6
        mv   s6, a0
        mv   a0, t0
        call close
        bnez s6, 4f
        li   a0, 0
        leave 7, SIZEOF_stat
4:      mv   a1, s6
        mv   a0, s5
        call warn
        li   a0, 1
        leave 7, SIZEOF_stat

# new_size(stat: a0) -> a0 = size, or -EFBIG
new_size:
        ld   t0, stat_st_size(a0)
        bltz s4, 1f
        mv   t0, s4
1:      mv   t1, s2
        ld   t2, blocks
        beqz t2, 2f
        ld   t2, stat_st_blksize(a0)
        mulhu t3, t1, t2
        mul  t1, t1, t2
        bnez t3, 8f
        bltz t1, 8f
2:      mv   a0, t1
        beqz s3, 7f
        li   t2, '+'
        beq  s3, t2, 3f
        li   t2, '-'
        beq  s3, t2, 4f
        li   t2, '<'
        beq  s3, t2, 5f
        li   t2, '>'
        beq  s3, t2, 6f
        remu t3, t0, t1                 # multiples
        sub  a0, t0, t3
        li   t2, '/'
        beq  s3, t2, 7f
        beqz t3, 7f
        add  a0, a0, t1
        bltz a0, 8f
        ret
3:      add  a0, t0, t1
        bltz a0, 8f
        ret
4:      sub  a0, t0, t1
        bgez a0, 7f
        li   a0, 0
        ret
5:      bleu t0, t1, 9f
        ret
6:      bleu t0, t1, 7f
9:      mv   a0, t0
7:      ret
8:      li   a0, -EFBIG
        ret

        .section .rodata
signs:          .asciz "+-<>/%"
bad_size:       .asciz "invalid number"
usage_text:     .asciz "truncate [-co] [-s [+-<>/%]SIZE] [-r FILE] FILE..."
