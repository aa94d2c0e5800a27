# For guest tests: what /proc/self/smaps says of one mapping. Included after show.s and map.s.
#
#   smaps REGISTER, "LABEL"        the KiB behind a label of the mapping that begins at the address in a register -> a0
#   show_flags "label", REGISTER   its VmFlags: "label: rd wr mr mw me ac "

.macro smaps base:req, label:req
        string smaps_label\@, "\label"
        mv a0, \base
        la a1, smaps_label\@
        call smaps_figure
.endm

.macro show_flags label:req, base:req
        mv a0, \base
        call smaps_flags
        show_string "\label"
.endm

        .text
# smaps_of(base: a0) -> a0 = all lines of the mapping and what follows them, until the next call; 0: there is none
smaps_of:
        addi sp, sp, -16
        sd ra, 8(sp)
        mv a3, a0
        la a0, smaps_begin
        li a1, 32
        la a2, smaps_format
        call snprintf
        la t0, smaps_text
        ld a0, 0(t0)
        call free
        la a0, smaps_file
        call read_file
        la t0, smaps_text
        sd a0, 0(t0)
        la a1, smaps_begin
        call strstr
        ld ra, 8(sp)
        addi sp, sp, 16
        ret

# smaps_figure(base: a0, label: a1) -> a0
smaps_figure:
        addi sp, sp, -16
        sd ra, 8(sp)
        sd a1, 0(sp)
        call smaps_of
        beqz a0, 1f
        ld a1, 0(sp)
        call labelled
1:      ld ra, 8(sp)
        addi sp, sp, 16
        ret

# smaps_flags(base: a0) -> a2 = text
smaps_flags:
        addi sp, sp, -16
        sd ra, 8(sp)
        call smaps_of
        la a1, smaps_vm_flags
        call strstr
        addi a0, a0, 9                  # behind "VmFlags: "
        sd a0, 0(sp)
        li a1, '\n'
        call strchrnul
        sb zero, 0(a0)
        ld a2, 0(sp)
        ld ra, 8(sp)
        addi sp, sp, 16
        ret

        value smaps_begin, 32
        value smaps_text
        string smaps_format, "%lx-"
        string smaps_file, "/proc/self/smaps"
        string smaps_vm_flags, "VmFlags: "
