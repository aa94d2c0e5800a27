# mkswap: writes the header that makes a device a swap area. What the device held is lost.
#
# usage: mkswap [-L LABEL] DEVICE
# exit status: 0; 1 when it could not be written or is too small; 2 for bad arguments
#
# The header is the first page, as Linux has it: version, number of the last page, a UUID and a label from byte 1024 on,
# and the word SWAPSPACE2 at the very end of the page.
        .include "abi.s"
        .include "library.s"
        .include "frame.s"
        .equ PAGE, 4096
        .equ PAGE_BITS, 12
        .equ LEAST_PAGES, 10            # with fewer an area is not worth its name
        .equ header_version, 1024       # words of four bytes
        .equ header_last_page, 1028
        .equ header_uuid, 1036          # 16 bytes
        .equ header_label, 1052         # 16 bytes, padded with NULs
        .equ LABEL_ROOM, 16
        .equ MAGIC_LENGTH, 10
        .equ header_magic, PAGE - MAGIC_LENGTH
        .equ UUID_LENGTH, 16
        .equ DASHES, 1 << 4 | 1 << 6 | 1 << 8 | 1 << 10         # groups of 4, 2, 2, 2 and 6 bytes

        .bss
        .balign 8
label:          .zero 8                 # 0: none
page:           .zero PAGE

        .text
# s0 argc, then descriptor; s1 argv, then device; s2 pages
        .globl main
main:
        enter 3
        mv   s0, a0
        mv   s1, a1
1:      mv   a0, s0
        mv   a1, s1
        la   a2, letters
        la   a3, usage_text
        li   a4, 2
        call option
        bltz a0, 2f
        ld   a0, optarg
        la   t0, label
        sd   a0, 0(t0)
        call strlen
        li   t0, LABEL_ROOM
        bltu a0, t0, 1b
        ld   a0, optarg
        la   a1, long_label
        li   a2, 2
        call fail
2:      ld   t0, optind
        addi t1, t0, 1
        bne  t1, s0, bad_usage
        slli t0, t0, 3
        add  s1, s1, t0
        ld   s1, 0(s1)
        mv   a0, s1
        li   a1, O_RDWR | O_EXCL | O_CLOEXEC   # not one that is in use
        li   a2, 0
        call open
        bltz a0, failed
        mv   s0, a0
        li   a1, 0
        li   a2, SEEK_END
        call lseek
        bltz a0, failed
        srli s2, a0, PAGE_BITS
        li   t0, LEAST_PAGES
        bltu s2, t0, too_small
        call fill
        mv   a0, s0
        li   a1, 0
        li   a2, SEEK_SET
        call lseek
        bltz a0, failed
        mv   a0, s0
        la   a1, page
        li   a2, PAGE
        call write_all
        bltz a0, failed
        mv   a0, s0
        call fsync
        bltz a0, failed
        call report
        li   a0, 0
        leave 3
failed: mv   a1, a0
        mv   a0, s1
        li   a2, 1
        call die
too_small:
        mv   a0, s1
        la   a1, small
        li   a2, 1
        call fail
bad_usage:
        la   a0, usage_text
        li   a1, 2
        call usage

# fill(): the page, for s2 pages
fill:
        enter 1
        la   s0, page
        li   t0, 1
        sw   t0, header_version(s0)
        addi t0, s2, -1
        sw   t0, header_last_page(s0)
        addi a0, s0, header_uuid
        li   a1, UUID_LENGTH
        li   a2, 0
        call getrandom
        lbu  t0, header_uuid + 6(s0)    # version 4, of random numbers: RFC 9562
        andi t0, t0, 0x0f
        ori  t0, t0, 0x40
        sb   t0, header_uuid + 6(s0)
        lbu  t0, header_uuid + 8(s0)
        andi t0, t0, 0x3f
        ori  t0, t0, 0x80
        sb   t0, header_uuid + 8(s0)
        ld   a1, label
        beqz a1, 1f
        addi a0, s0, header_label
        call strcpy
1:      li   t0, header_magic
        add  a0, s0, t0
        la   a1, magic
        li   a2, MAGIC_LENGTH
        call memcpy
        leave 1

# report(): what was made, for s2 pages. s0 bytes of the UUID written so far
report:
        enter 1
        addi a2, s2, -1
        slli a2, a2, PAGE_BITS
        srli a1, a2, 10
        la   a0, made
        call printf
        ld   a1, label
        la   a0, without_label
        beqz a1, 1f
        la   a0, with_label
1:      call printf
        li   s0, 0
2:      la   t0, page + header_uuid
        add  t0, t0, s0
        lbu  a1, 0(t0)
        la   a0, hexadecimal
        call printf
        addi s0, s0, 1
        li   t0, DASHES
        srl  t0, t0, s0
        andi t0, t0, 1
        beqz t0, 3f
        li   a0, '-'
        call putchar
3:      li   t0, UUID_LENGTH
        bltu s0, t0, 2b
        li   a0, '\n'
        call putchar
        leave 1

        .section .rodata
letters:        .asciz "L:"
usage_text:     .asciz "mkswap [-L LABEL] DEVICE"
long_label:     .asciz "a label has at most 15 bytes"
small:          .asciz "too small for a swap area: it needs at least 40 KiB"
made:           .asciz "Setting up swapspace version 1, size = %ld KiB (%ld bytes)\n"
without_label:  .asciz "no label, UUID="
with_label:     .asciz "LABEL=%s, UUID="
hexadecimal:    .asciz "%02x"
magic:          .ascii "SWAPSPACE2"
