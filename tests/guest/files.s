# For guest tests: files in one line each. Included after show.s.
#
#   create REGISTER, name            a new empty file, open for reading and writing -> REGISTER
#   text_to REGISTER, name, bytes    writes that many bytes of the string at `name` to the descriptor -> a0
#   contents_of REGISTER             prints the file's bytes from 0 on (up to 63), as a line; its offset stays
#   size_of REGISTER                 -> a0
#   offset_of REGISTER               -> a0

.macro create register:req, name:req
        la a0, \name
        li a1, O_CREAT | O_TRUNC | O_RDWR
        li a2, 0644
        call open
        mv \register, a0
.endm

.macro text_to register:req, name:req, bytes:req
        mv a0, \register
        la a1, \name
        li a2, \bytes
        call write
.endm

.macro contents_of register:req, label:req
        mv a0, \register
        call file_text
        show_text "\label", file_room
.endm

.macro size_of register:req
        mv a0, \register
        call file_size
.endm

.macro offset_of register:req
        mv a0, \register
        li a1, 0
        li a2, SEEK_CUR
        call lseek
.endm

        value file_room, 64
        value file_status, SIZEOF_stat

file_text:
        addi sp, sp, -16
        sd ra, 8(sp)
        la a1, file_room
        li a2, 63
        li a3, 0
        call pread64
        la t0, file_room
        add t0, t0, a0
        sb zero, 0(t0)
        ld ra, 8(sp)
        addi sp, sp, 16
        ret

file_size:
        addi sp, sp, -16
        sd ra, 8(sp)
        la a1, file_status
        call fstat
        la t0, file_status
        ld a0, stat_st_size(t0)
        ld ra, 8(sp)
        addi sp, sp, 16
        ret
