# The copying of dd: opening, leaving out what skip and seek say, block after block, the end.
        .include "abi.s"
        .include "frame.s"
        .include "dd-words.s"

        .bss
        .balign 8
        .globl counts
counts:         .zero SIZEOF_counts
input:          .zero 8                 # address of a block that is read
output:         .zero 8                 # of one that is put together to be written
filled:         .zero 8                 # bytes in it
holes:          .zero 8                 # 1: the last block written was left as a hole
failed:         .zero 8                 # exit status

        .text

# copy(through: a0, 1: blocks are put together anew, 0: written as they were read) -> a0 = exit status
# s0 through, s1 blocks left (-1: no limit), s2 bytes left (likewise), s3 bytes read
        .globl copy
copy:
        enter 5
        mv   s0, a0
        call open_both
        call begin_statistics
        call buffers
        call skip_input
        call seek_output
        li   s1, -1
        li   s2, -1
        ld   t0, count
        ld   t1, flags
        andi t1, t1, COUNT_BYTES
        beqz t1, 1f
        mv   s2, t0
        j    2f
1:      mv   s1, t0
2:      beqz s1, .Lfinish
        beqz s2, .Lfinish
        call progress
        mv   a0, s2
        call read_block
        bltz a0, .Lread_error
        beqz a0, .Lfinish
        mv   s3, a0
        bltz s2, 3f
        sub  s2, s2, s3
3:      bltz s1, 4f
        addi s1, s1, -1
4:      mv   a0, s3
        call convert
        mv   s3, a0
        la   a0, input
        ld   a0, 0(a0)
        mv   a1, s3
        beqz s0, 5f
        call collect
        j    2b
5:      call write_block
        j    2b
.Lread_error:
        mv   a1, a0
        call input_text
        call warn
        li   t0, 1
        la   t1, failed
        sd   t0, 0(t1)
        ld   t0, conversions
        andi t1, t0, CONV_NOERROR
        beqz t1, .Lfinish
        call statistics
        li   a0, STDIN_FILENO           # behind what could not be read
        ld   a1, input_block
        li   a2, SEEK_CUR
        call lseek
        bltz s1, 6f
        addi s1, s1, -1
6:      ld   t0, conversions
        andi t0, t0, CONV_SYNC
        beqz t0, 2b
        la   t0, input                  # zeroes stand for it
        ld   a0, 0(t0)
        li   a1, 0
        ld   a2, input_block
        call memset
        ld   s3, input_block
        la   t0, counts
        ld   t1, IN_PART(t0)
        addi t1, t1, 1
        sd   t1, IN_PART(t0)
        j    4b
.Lfinish:
        la   t0, filled
        ld   a1, 0(t0)
        beqz a1, 7f
        ld   a0, output
        call write_block
7:      call settle
        call statistics
        ld   a0, failed
        leave 5

# input_text() -> a0; keeps a1
input_text:
        ld   a0, input_name
        bnez a0, 1f
        la   a0, standard_input
1:      ret

# output_text() -> a0; keeps a1
output_text:
        ld   a0, output_name
        bnez a0, 1f
        la   a0, standard_output
1:      ret

# give_up(name: a0, -errno: a1): with figures
give_up:
        call warn
        call statistics
        li   a0, 1
        call exit

# open_both(): as descriptors 0 and 1
# s0 flags of open(2)
open_both:
        enter 1, SIZEOF_stat
        ld   a0, input_name
        li   a1, O_RDONLY
        ld   a2, input_flags
        li   a3, STDIN_FILENO
        call open_as
        ld   t0, conversions
        li   a1, O_WRONLY
        andi t1, t0, CONV_NOCREAT
        bnez t1, 1f
        li   a1, O_WRONLY | O_CREAT
1:      andi t1, t0, CONV_EXCL
        beqz t1, 2f
        ori  a1, a1, O_EXCL
2:      andi t1, t0, CONV_NOTRUNC
        ld   t0, seek                   # with seek the beginning stays: seek_output cuts the file
        or   t1, t1, t0
        bnez t1, 3f
        ori  a1, a1, O_TRUNC
3:      ld   a0, output_name
        ld   a2, output_flags
        li   a3, STDOUT_FILENO
        call open_as
        leave 1, SIZEOF_stat

# open_as(name: a0 or 0, flags: a1, more flags: a2, descriptor: a3)
open_as:
        enter 3
        mv   s0, a0
        mv   s1, a3
        mv   s2, a2
        beqz a0, 3f
        or   a1, a1, a2
        li   a2, 0666
        call open
        bltz a0, 4f
        beq  a0, s1, 2f
        mv   s2, a0
        mv   a1, s1
        call dup2
        bltz a0, 4f
        mv   a0, s2
        call close
2:      leave 3
3:      beqz s2, 2b                     # of an open descriptor: what fcntl can set
        mv   a0, s1
        li   a1, F_GETFL
        li   a2, 0
        call fcntl
        bltz a0, 2b
        or   a2, a0, s2
        mv   a0, s1
        li   a1, F_SETFL
        call fcntl
        j    2b
4:      mv   a1, a0
        mv   a0, s0
        li   a2, 1
        call die

# buffers()
buffers:
        enter 0
        ld   a0, input_block
        call xmalloc
        la   t0, input
        sd   a0, 0(t0)
        ld   a0, output_block
        call xmalloc
        la   t0, output
        sd   a0, 0(t0)
        leave 0

# skip_input(): leaves out what skip says; what cannot be sought is read
# s0 bytes to go
skip_input:
        enter 2, SIZEOF_stat
        ld   s0, skip
        beqz s0, 9f
        ld   t0, flags
        andi t0, t0, SKIP_BYTES
        bnez t0, 1f
        ld   t0, input_block
        mul  s0, s0, t0
1:      li   a0, STDIN_FILENO
        mv   a1, sp
        call fstat
        lw   t0, stat_st_mode(sp)
        li   t1, S_IFMT
        and  t0, t0, t1
        li   t1, S_IFREG
        bne  t0, t1, 2f
        ld   t0, stat_st_size(sp)
        bgtu s0, t0, 8f
2:      li   a0, STDIN_FILENO
        mv   a1, s0
        li   a2, SEEK_CUR
        call lseek
        bgez a0, 9f
3:      beqz s0, 9f
        ld   a2, input_block
        bleu a2, s0, 4f
        mv   a2, s0
4:      li   a0, STDIN_FILENO
        ld   a1, input
        call read
        bltz a0, 7f
        beqz a0, 8f
        sub  s0, s0, a0
        j    3b
7:      mv   a1, a0
        call input_text
        call give_up
8:      call input_text
        la   a1, cannot_skip
        call complain
        li   a0, STDIN_FILENO           # so that there is nothing to copy
        li   a1, 0
        li   a2, SEEK_END
        call lseek
9:      leave 2, SIZEOF_stat

# seek_output(): to where seek says; what is behind it goes, unless notrunc
# s0 bytes
seek_output:
        enter 1, SIZEOF_stat
        ld   s0, seek
        beqz s0, 9f
        ld   t0, flags
        andi t0, t0, SEEK_BYTES
        bnez t0, 1f
        ld   t0, output_block
        mul  s0, s0, t0
1:      ld   t0, output_name
        beqz t0, 2f
        ld   t0, conversions
        andi t0, t0, CONV_NOTRUNC
        bnez t0, 2f
        li   a0, STDOUT_FILENO
        mv   a1, sp
        call fstat
        lw   t0, stat_st_mode(sp)
        li   t1, S_IFMT
        and  t0, t0, t1
        li   t1, S_IFREG
        bne  t0, t1, 2f                 # devices have no length to set
        li   a0, STDOUT_FILENO
        mv   a1, s0
        call ftruncate
        bnez a0, 8f
2:      li   a0, STDOUT_FILENO
        mv   a1, s0
        li   a2, SEEK_CUR
        call lseek
        bltz a0, 8f
9:      leave 1, SIZEOF_stat
8:      mv   a1, a0
        call output_text
        call give_up

# read_block(most: a0, -1: no limit) -> a0 = bytes read, 0 at the end, -errno; counted
# s0 bytes wanted, s1 bytes read
read_block:
        enter 3
        ld   s0, input_block
        bltz a0, 1f
        bgeu a0, s0, 1f
        mv   s0, a0
1:      li   s1, 0
2:      li   a0, STDIN_FILENO
        ld   a1, input
        add  a1, a1, s1
        sub  a2, s0, s1
        call read
        li   t0, -EINTR
        beq  a0, t0, 2b
        blez a0, 3f
        add  s1, s1, a0
        beq  s1, s0, 3f
        ld   t0, flags
        andi t0, t0, FULLBLOCK
        bnez t0, 2b
3:      bnez s1, 4f
        leave 3
4:      la   t0, counts
        ld   t2, input_block
        beq  s1, t2, 5f
        addi t0, t0, IN_PART - IN_FULL
5:      ld   t1, IN_FULL(t0)
        addi t1, t1, 1
        sd   t1, IN_FULL(t0)
        mv   a0, s1
        leave 3

# convert(length: a0) -> a0 = length: the block that was read, as conv says
convert:
        ld   t0, conversions
        ld   t1, input
        andi t2, t0, CONV_SYNC
        beqz t2, 2f
        ld   t2, input_block
        add  t3, t1, a0
1:      bgeu a0, t2, 2f
        sb   zero, 0(t3)
        addi t3, t3, 1
        addi a0, a0, 1
        j    1b
2:      andi t2, t0, CONV_SWAB
        beqz t2, 4f
        mv   t3, t1
        srli t4, a0, 1                  # pairs
3:      beqz t4, 4f
        lbu  t5, 0(t3)
        lbu  t6, 1(t3)
        sb   t6, 0(t3)
        sb   t5, 1(t3)
        addi t3, t3, 2
        addi t4, t4, -1
        j    3b
4:      li   t3, 'A'                    # the first of the letters that change
        andi t2, t0, CONV_LCASE
        bnez t2, 5f
        li   t3, 'a'
        andi t2, t0, CONV_UCASE
        beqz t2, 8f
5:      add  t4, t1, a0
        li   t6, 26
6:      bgeu t1, t4, 8f
        lbu  t5, 0(t1)
        sub  t2, t5, t3
        bgeu t2, t6, 7f
        xori t5, t5, 0x20
        sb   t5, 0(t1)
7:      addi t1, t1, 1
        j    6b
8:      ret

# collect(data: a0, length: a1): into the output block, which is written when it is full
# s0 data, s1 length, s2 how much goes in
collect:
        enter 3
        mv   s0, a0
        mv   s1, a1
1:      beqz s1, 3f
        ld   t0, filled
        ld   t1, output_block
        sub  s2, t1, t0
        bleu s2, s1, 2f
        mv   s2, s1
2:      ld   a0, output
        add  a0, a0, t0
        mv   a1, s0
        mv   a2, s2
        call memcpy
        add  s0, s0, s2
        sub  s1, s1, s2
        la   t2, filled
        ld   t0, 0(t2)
        add  t0, t0, s2
        sd   t0, 0(t2)
        ld   a1, output_block
        bne  t0, a1, 1b
        sd   zero, 0(t2)
        ld   a0, output
        call write_block
        j    1b
3:      leave 3

# write_block(data: a0, length: a1): or leaves a hole. What cannot be written ends the program
# s0 data, s1 length, s2 bytes written
write_block:
        enter 3
        mv   s0, a0
        mv   s1, a1
        li   s2, 0
        la   t0, holes
        sd   zero, 0(t0)
        ld   t0, conversions
        andi t0, t0, CONV_SPARSE
        beqz t0, 2f
        mv   t0, s0                     # nothing but zeroes?
        add  t1, s0, s1
1:      lbu  t2, 0(t0)
        bnez t2, 2f
        addi t0, t0, 1
        bltu t0, t1, 1b
        li   a0, STDOUT_FILENO
        mv   a1, s1
        li   a2, SEEK_CUR
        call lseek
        bltz a0, 2f
        la   t0, holes
        li   t1, 1
        sd   t1, 0(t0)
        mv   s2, s1
        j    4f
2:      li   a0, STDOUT_FILENO
        add  a1, s0, s2
        sub  a2, s1, s2
        call write
        li   t0, -EINTR
        beq  a0, t0, 2b
        bltz a0, 6f
        add  s2, s2, a0
        bltu s2, s1, 2b
4:      la   t0, counts
        ld   t1, BYTES(t0)
        add  t1, t1, s2
        sd   t1, BYTES(t0)
        ld   t2, output_block
        beq  s1, t2, 5f
        addi t0, t0, OUT_PART - OUT_FULL
5:      ld   t1, OUT_FULL(t0)
        addi t1, t1, 1
        sd   t1, OUT_FULL(t0)
        leave 3
6:      la   t0, counts
        ld   t1, BYTES(t0)
        add  t1, t1, s2
        sd   t1, BYTES(t0)
        beqz s2, 7f
        ld   t1, OUT_PART(t0)
        addi t1, t1, 1
        sd   t1, OUT_PART(t0)
7:      mv   a1, a0
        call output_text
        call give_up

# settle(): a hole at the end belongs to the file; fsync, fdatasync
settle:
        enter 0
        ld   t0, holes
        beqz t0, 1f
        li   a0, STDOUT_FILENO
        li   a1, 0
        li   a2, SEEK_CUR
        call lseek
        bltz a0, 1f
        mv   a1, a0
        li   a0, STDOUT_FILENO
        call ftruncate
1:      li   a0, STDOUT_FILENO
        ld   t0, conversions
        andi t1, t0, CONV_FSYNC
        bnez t1, 2f
        andi t1, t0, CONV_FDATASYNC
        beqz t1, 4f
        call fdatasync
        j    3f
2:      call fsync
3:      beqz a0, 4f
        mv   a1, a0
        call output_text
        call give_up
4:      leave 0

        .section .rodata
standard_input: .asciz "standard input"
standard_output: .asciz "standard output"
cannot_skip:    .asciz "cannot skip to specified offset"
