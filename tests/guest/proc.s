# For guest tests: figures of /proc, settings, counts of page faults, children. Included after show.s and map.s.
#
#   figure "FILE", "LABEL"   the number behind a label that begins a line of the file -> a0; -1 without one, or -errno
#   put "FILE", "TEXT"       writes the text to the file in one go -> a0 = what write or open returned
#   get "FILE"               the first line of the file -> a2 = address of the text (show_string takes it)
#   minor, major             page faults of this process so far that needed no disk, that waited for one -> a0
#   child FUNCTION           runs the function in a child; its result is the exit status -> a0 = wait status

.macro figure file:req, label:req
        string figure_file\@, "\file"
        string figure_label\@, "\label"
        la a0, figure_file\@
        la a1, figure_label\@
        call figure_of
.endm

.macro put file:req, text:req
        string put_file\@, "\file"
        string put_text\@, "\text"
        la a0, put_file\@
        la a1, put_text\@
        call put_text
.endm

.macro get file:req
        string get_file\@, "\file"
        la a0, get_file\@
        call get_line
.endm

.macro minor
        li a0, rusage_ru_minflt
        call fault_count
.endm

.macro major
        li a0, rusage_ru_majflt
        call fault_count
.endm

.macro child function:req
        la a0, \function
        call run_child
.endm

        .text
# figure_of(file: a0, label: a1) -> a0
figure_of:
        addi sp, sp, -32
        sd ra, 24(sp)
        sd s0, 16(sp)
        sd a1, 8(sp)
        call read_file
        bltz a0, 1f
        mv s0, a0
        ld a1, 8(sp)
        call labelled
        sd a0, 8(sp)
        mv a0, s0
        call free
        ld a0, 8(sp)
1:      ld ra, 24(sp)
        ld s0, 16(sp)
        addi sp, sp, 32
        ret

# put_text(file: a0, text: a1) -> a0
put_text:
        addi sp, sp, -32
        sd ra, 24(sp)
        sd s0, 16(sp)
        sd a1, 8(sp)
        li a1, O_WRONLY
        li a2, 0
        call open
        bltz a0, 1f
        mv s0, a0
        ld a0, 8(sp)
        call strlen
        mv a2, a0
        ld a1, 8(sp)
        mv a0, s0
        call write
        sd a0, 8(sp)
        mv a0, s0
        call close
        ld a0, 8(sp)
1:      ld ra, 24(sp)
        ld s0, 16(sp)
        addi sp, sp, 32
        ret

# get_line(file: a0) -> a2 = its first line, until the next call
get_line:
        addi sp, sp, -32
        sd ra, 24(sp)
        sd s0, 16(sp)
        li a1, O_RDONLY
        li a2, 0
        call open
        mv s0, a0
        la a1, get_text
        li a2, 255
        call read
        bgez a0, 1f
        li a0, 0
1:      la t0, get_text
        add t1, t0, a0
        sb zero, 0(t1)
        mv a0, s0
        call close
        la a0, get_text
        li a1, '\n'
        call strchrnul
        sb zero, 0(a0)
        la a2, get_text
        ld ra, 24(sp)
        ld s0, 16(sp)
        addi sp, sp, 32
        ret

# fault_count(field of struct rusage: a0) -> a0
fault_count:
        addi sp, sp, -16
        sd ra, 8(sp)
        sd a0, 0(sp)
        li a0, RUSAGE_SELF
        la a1, fault_usage
        call getrusage
        la t0, fault_usage
        ld t1, 0(sp)
        add t0, t0, t1
        ld a0, 0(t0)
        ld ra, 8(sp)
        addi sp, sp, 16
        ret

# run_child(function: a0) -> a0 = the wait status of the child that ran it; s registers are the function's to read
run_child:
        addi sp, sp, -16
        sd ra, 8(sp)
        sd a0, 0(sp)
        call fork
        bnez a0, 1f
        ld t0, 0(sp)
        jalr t0
        call exit
1:      la a1, child_status
        li a2, 0
        call waitpid
        lw a0, child_status
        ld ra, 8(sp)
        addi sp, sp, 16
        ret

        value get_text, 256
        value fault_usage, SIZEOF_rusage
        value child_status
