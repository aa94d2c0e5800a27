# A new file gets the mode that was asked for without the bits of the umask; chmod takes no notice of it.
#: stdout umask was: 022
#: stdout file asked for 0666: 0640
#: stdout directory asked for 0777: 0750
#: stdout after chmod 0777: 0777
#: stdout set-user-id and sticky: 05755
#: stdout umask is: 027
#: stdout type bits are ignored: 0600
        .include "../show.s"
        .include "../files.s"
        string file, "mode.file"
        string directory, "mode.dir"
        string other, "mode.other"
        value status, SIZEOF_stat
        .globl main
main:
        addi sp, sp, -16
        sd ra, 8(sp)
        li a0, 022
        call umask
        li a0, 027
        call umask
        show_octal "umask was"
        la a0, file
        li a1, O_CREAT | O_WRONLY
        li a2, 0666
        call open
        la a0, file
        call mode
        show_octal "file asked for 0666"
        la a0, directory
        li a1, 0777
        call mkdir
        la a0, directory
        call mode
        show_octal "directory asked for 0777"
        la a0, file
        li a1, 0777
        call chmod
        la a0, file
        call mode
        show_octal "after chmod 0777"
        la a0, file
        li a1, 05755
        call chmod
        la a0, file
        call mode
        show_octal "set-user-id and sticky"
        li a0, 07022
        call umask
        show_octal "umask is"
        la a0, other
        li a1, O_CREAT | O_WRONLY
        li a2, 0100600
        call open
        la a0, other
        call mode
        show_octal "type bits are ignored"
        la a0, file
        call unlink
        la a0, other
        call unlink
        la a0, directory
        call rmdir
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret

mode:   addi sp, sp, -16
        sd ra, 8(sp)
        la a1, status
        call stat
        la t0, status
        lwu a0, stat_st_mode(t0)
        li t0, 07777
        and a0, a0, t0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret
