# dd: copies in blocks, and converts on the way.
#
# usage: dd [OPERAND]...
#   if=FILE of=FILE  from and to; without them standard input and output
#   bs=N  bytes that are read and written at once; ibs=N, obs=N one of them (512); cbs=N is accepted
#   count=N  blocks to copy    skip=N (iseek=N)  blocks of the input to leave out    seek=N (oseek=N)  of the output
#   conv=WORDS  notrunc the output keeps its length; sync fills blocks up with zeroes; noerror goes on after errors;
#               fsync, fdatasync waits until it is on the disk; excl, nocreat the output must not, must exist;
#               swab lcase ucase; sparse leaves holes
#   iflag=WORDS oflag=WORDS  append direct directory dsync sync nonblock noatime noctty nofollow fullblock count_bytes
#               skip_bytes seek_bytes
#   status=none|noxfer|progress  fewer figures at the end, or figures on the way
# N may have c (1), w (2), b (512), K, M, G ... (1024), kB, MB, GB ... (1000) behind it, and be a product: 2x512. A count,
# skip or seek that ends with B is in bytes.
# SIGUSR1 shows how far it is.
# exit status: 0; 1 when something could not be copied
        .include "abi.s"
        .include "frame.s"
        .include "dd-words.s"
        .equ DEFAULT_BLOCK, 512

        .data
        .balign 8
        .globl input_name, output_name, input_block, output_block, count, skip, seek, conversions, flags
        .globl input_flags, output_flags, verbosity
input_name:     .dword 0
output_name:    .dword 0
block:          .dword 0                # of bs
input_block:    .dword DEFAULT_BLOCK
output_block:   .dword DEFAULT_BLOCK
ignored:        .dword 0                # cbs
count:          .dword -1               # -1: all
skip:           .dword 0
seek:           .dword 0
conversions:    .dword 0
flags:          .dword 0
input_flags:    .dword 0
output_flags:   .dword 0
verbosity:      .dword STATUS_ALL

        .text
# s0 next operand
        .globl main
main:
        enter 2
        addi s0, a1, 8
1:      ld   a0, 0(s0)
        beqz a0, 2f
        addi s0, s0, 8
        call operand
        j    1b
2:      li   s1, 0                      # 1: blocks go from one buffer to the other
        ld   t0, block
        beqz t0, 3f
        la   t1, input_block
        sd   t0, 0(t1)
        la   t1, output_block
        sd   t0, 0(t1)
        ld   t1, conversions
        li   t2, CONV_SWAB | CONV_LCASE | CONV_UCASE
        and  t1, t1, t2
        beqz t1, 4f
3:      li   s1, 1
4:      mv   a0, s1
        call copy
        leave 2

# operand(text: a0): "name=value"
# s0 text, s1 value, s2 row
operand:
        enter 3
        mv   s0, a0
        li   a1, '='
        call strchr
        beqz a0, 8f
        addi s1, a0, 1
        la   s2, operands
1:      ld   a0, 0(s2)                  # a row: name, function, its word
        beqz a0, 9f
        mv   a1, s0
        sub  a2, s1, s0
        call strncmp
        beqz a0, 2f
        addi s2, s2, 24
        j    1b
2:      mv   a0, s1
        ld   a1, 16(s2)
        ld   t0, 8(s2)
        jalr t0
        leave 3
8:      la   a1, help
        call strcmp_s0
        bnez a0, 9f
        la   a0, usage_line
        call puts
        li   a0, 0
        call exit
9:      mv   a0, s0
        la   a1, unrecognized
        j    reject

strcmp_s0:
        mv   a0, s0
        j    strcmp

# reject(text: a0, message: a1): ends the program
reject:
        li   a2, 1
        call fail

# text_operand(value: a0, word: a1)
text_operand:
        sd   a0, 0(a1)
        ret

# block_operand(value: a0, word: a1): a size above 0
block_operand:
        enter 2
        mv   s0, a0
        mv   s1, a1
        call number
        la   a1, invalid
        blez a0, 1f
        bnez a2, 1f                     # "B" says nothing here
        sd   a0, 0(s1)
        leave 2
1:      mv   a0, s0
        j    reject

# counting_operand(value: a0, row: a1, the word, and the flag that says bytes)
counting_operand:
        enter 2
        mv   s0, a1
        call number
        ld   t0, 0(s0)
        sd   a0, 0(t0)
        beqz a2, 1f
        la   t0, flags
        ld   t1, 0(t0)
        ld   t2, 8(s0)
        or   t1, t1, t2
        sd   t1, 0(t0)
1:      leave 2

# number(text: a0) -> a0 = value, a2 = 1 when it ends with B
# s0 text, s1 product, s2 rest of the text, 8(sp) whether it ended with B
number:
        enter 3, 16
        mv   s0, a0
        mv   s2, a0
        li   s1, 1
        sd   zero, 8(sp)
1:      lbu  t0, 0(s2)
        addi t0, t0, -'0'
        li   t1, 10
        bgeu t0, t1, 9f
        mv   a0, s2
        mv   a1, sp
        call parse_size
        bnez a1, 9f
        ld   s2, 0(sp)
        la   t1, units                  # pairs: letter, log2
        lbu  t0, 0(s2)
        beqz t0, 3f
2:      lbu  t2, 0(t1)
        lbu  t3, 1(t1)
        addi t1, t1, 2
        beqz t2, 3f
        bne  t2, t0, 2b
        sll  a0, a0, t3
        addi s2, s2, 1
3:      mulhu t2, s1, a0
        mul  s1, s1, a0
        bnez t2, 9f
        bltz s1, 9f
        lbu  t0, 0(s2)
        li   t1, 'B'
        bne  t0, t1, 4f
        sd   t1, 8(sp)
        addi s2, s2, 1
        lbu  t0, 0(s2)
4:      addi s2, s2, 1
        li   t1, 'x'
        beq  t0, t1, 1b
        bnez t0, 9f
        mv   a0, s1
        ld   a2, 8(sp)
        snez a2, a2
        leave 3, 16
9:      mv   a0, s0
        la   a1, invalid
        j    reject

# word_operand(value: a0, table: a1): words with commas between; each sets bits
# s0 rest, s1 table, s2 row, s3 a word, s4 its length
word_operand:
        enter 5
        mv   s0, a0
        mv   s1, a1
1:      mv   s3, s0
        mv   a0, s0
        li   a1, ','
        call strchrnul
        sub  s4, a0, s3
        mv   s0, a0
        mv   s2, s1
2:      ld   a0, 0(s2)                  # a row: name, word, bits
        beqz a0, 9f
        mv   a1, s3
        mv   a2, s4
        call strncmp
        bnez a0, 3f
        ld   t0, 0(s2)
        add  t0, t0, s4
        lbu  t0, 0(t0)
        beqz t0, 4f
3:      addi s2, s2, 24
        j    2b
4:      ld   t0, 8(s2)
        ld   t1, 16(s2)
        ld   t2, 0(t0)
        or   t2, t2, t1
        sd   t2, 0(t0)
        lbu  t0, 0(s0)
        addi s0, s0, 1
        bnez t0, 1b
        leave 5
9:      mv   a0, s3
        la   a1, unrecognized
        j    reject

# status_operand(value: a0)
status_operand:
        enter 2
        mv   s0, a0
        la   s1, levels
1:      ld   a1, 0(s1)
        beqz a1, 9f
        call strcmp_s0
        beqz a0, 2f
        addi s1, s1, 16
        j    1b
2:      ld   t0, 8(s1)
        la   t1, verbosity
        sd   t0, 0(t1)
        leave 2
9:      mv   a0, s0
        la   a1, unrecognized
        j    reject

        .data
        .balign 8
operands:
        .dword if_name, text_operand, input_name, of_name, text_operand, output_name
        .dword bs_name, block_operand, block, ibs_name, block_operand, input_block, obs_name, block_operand, output_block
        .dword cbs_name, block_operand, ignored, count_name, counting_operand, count_row
        .dword skip_name, counting_operand, skip_row, iseek_name, counting_operand, skip_row
        .dword seek_name, counting_operand, seek_row, oseek_name, counting_operand, seek_row
        .dword conv_name, word_operand, conv_words, iflag_name, word_operand, iflag_words, oflag_name, word_operand, oflag_words
        .dword status_name, status_operand, 0, 0
count_row:      .dword count, COUNT_BYTES
skip_row:       .dword skip, SKIP_BYTES
seek_row:       .dword seek, SEEK_BYTES
conv_words:
        .dword notrunc, conversions, CONV_NOTRUNC, sync_word, conversions, CONV_SYNC, noerror, conversions, CONV_NOERROR
        .dword fsync_word, conversions, CONV_FSYNC, fdatasync_word, conversions, CONV_FDATASYNC, excl, conversions, CONV_EXCL
        .dword nocreat, conversions, CONV_NOCREAT, swab, conversions, CONV_SWAB, lcase, conversions, CONV_LCASE
        .dword ucase, conversions, CONV_UCASE, sparse, conversions, CONV_SPARSE, 0
iflag_words:
        .dword fullblock, flags, FULLBLOCK, count_bytes, flags, COUNT_BYTES, skip_bytes, flags, SKIP_BYTES
        .dword append, input_flags, O_APPEND, direct, input_flags, O_DIRECT, directory, input_flags, O_DIRECTORY
        .dword dsync, input_flags, O_DSYNC, sync_word, input_flags, O_SYNC, nonblock, input_flags, O_NONBLOCK
        .dword noatime, input_flags, O_NOATIME, noctty, input_flags, O_NOCTTY, nofollow, input_flags, O_NOFOLLOW, 0
oflag_words:
        .dword seek_bytes, flags, SEEK_BYTES
        .dword append, output_flags, O_APPEND, direct, output_flags, O_DIRECT, directory, output_flags, O_DIRECTORY
        .dword dsync, output_flags, O_DSYNC, sync_word, output_flags, O_SYNC, nonblock, output_flags, O_NONBLOCK
        .dword noatime, output_flags, O_NOATIME, noctty, output_flags, O_NOCTTY, nofollow, output_flags, O_NOFOLLOW, 0
levels:         .dword none, STATUS_NONE, noxfer, STATUS_NOXFER, progress, STATUS_PROGRESS, 0

        .section .rodata
units:          .byte 'c', 0, 'w', 1, 'b', 9, 0, 0
if_name:        .asciz "if="
of_name:        .asciz "of="
bs_name:        .asciz "bs="
ibs_name:       .asciz "ibs="
obs_name:       .asciz "obs="
cbs_name:       .asciz "cbs="
count_name:     .asciz "count="
skip_name:      .asciz "skip="
iseek_name:     .asciz "iseek="
seek_name:      .asciz "seek="
oseek_name:     .asciz "oseek="
conv_name:      .asciz "conv="
iflag_name:     .asciz "iflag="
oflag_name:     .asciz "oflag="
status_name:    .asciz "status="
notrunc:        .asciz "notrunc"
sync_word:      .asciz "sync"
noerror:        .asciz "noerror"
fsync_word:     .asciz "fsync"
fdatasync_word: .asciz "fdatasync"
excl:           .asciz "excl"
nocreat:        .asciz "nocreat"
swab:           .asciz "swab"
lcase:          .asciz "lcase"
ucase:          .asciz "ucase"
sparse:         .asciz "sparse"
fullblock:      .asciz "fullblock"
count_bytes:    .asciz "count_bytes"
skip_bytes:     .asciz "skip_bytes"
seek_bytes:     .asciz "seek_bytes"
append:         .asciz "append"
direct:         .asciz "direct"
directory:      .asciz "directory"
dsync:          .asciz "dsync"
nonblock:       .asciz "nonblock"
noatime:        .asciz "noatime"
noctty:         .asciz "noctty"
nofollow:       .asciz "nofollow"
none:           .asciz "none"
noxfer:         .asciz "noxfer"
progress:       .asciz "progress"
help:           .asciz "--help"
invalid:        .asciz "invalid number"
unrecognized:   .asciz "unrecognized operand"
usage_line:     .ascii "usage: dd [if=FILE] [of=FILE] [bs=N] [ibs=N] [obs=N] [count=N] [skip=N] [seek=N] [conv=WORDS] [iflag=WORDS] "
                .asciz "[oflag=WORDS] [status=LEVEL]"
