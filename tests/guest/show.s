# For guest tests: what a call returned, said on one line at once, so that output keeps its order across fork and a
# death by signal. Included at the end of a test's first lines: .include "../show.s"
#
#   show "label"             "label: 42", or for -errno "label: ENOENT"; a0 stays as it is
#   show_octal "label"       "label: 0644"
#   show_hex "label"         "label: 0x1f"
#   show_text "label", name  "label: TEXT", the string at `name`
#   show_string "label"      the same, the string at a2
#   say "text"               "text"
#   string name, "text"      a constant string
#   value name, bytes        room for data, zeroed, 16-aligned
        .include "abi.s"

.macro string name:req, text
        .pushsection .rodata
\name:  .asciz "\text"
        .popsection
.endm

.macro value name:req, bytes=8
        .pushsection .bss
        .balign 16
\name:  .zero \bytes
        .popsection
.endm

.macro show label:req
        string show_label\@, "\label"
        la a1, show_label\@
        call show_result
.endm

.macro show_octal label:req
        string show_label\@, "\label: 0%o\n"
        mv a2, a0
        la a1, show_label\@
        call show_formatted
.endm

.macro show_hex label:req
        string show_label\@, "\label: 0x%lx\n"
        mv a2, a0
        la a1, show_label\@
        call show_formatted
.endm

.macro show_text label:req, text:req
        string show_label\@, "\label: %s\n"
        la a2, \text
        la a1, show_label\@
        call show_formatted
.endm

.macro show_string label:req
        string show_label\@, "\label: %s\n"
        la a1, show_label\@
        call show_formatted
.endm

.macro say text:req
        string show_label\@, "\text\n"
        la a1, show_label\@
        call show_formatted
.endm

        .text
# show_result(value: a0, label: a1) -> a0 = value
show_result:
        addi sp, sp, -32
        sd ra, 24(sp)
        sd a0, 16(sp)
        sd a1, 8(sp)
        bgez a0, 1f
        neg a0, a0
        li t0, 4096
        bgeu a0, t0, 1f
        call error_name
        mv a2, a0
        la a1, show_errno
        bnez a0, 2f
1:      ld a2, 16(sp)
        la a1, show_number
2:      mv a3, a2
        ld a2, 8(sp)
        call show_formatted
        ld a0, 16(sp)
        ld ra, 24(sp)
        addi sp, sp, 32
        ret

# show_formatted(-, format: a1, arguments: a2, a3) -> a0 as it was
show_formatted:
        addi sp, sp, -16
        sd ra, 8(sp)
        sd a0, 0(sp)
        mv a0, a1
        mv a1, a2
        mv a2, a3
        call printf
        li a0, 1
        call fflush
        ld a0, 0(sp)
        ld ra, 8(sp)
        addi sp, sp, 16
        ret

        string show_number, "%s: %ld\n"
        string show_errno, "%s: %s\n"
