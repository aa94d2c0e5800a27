# /proc/self is the process that looks: its descriptors, its directory, its command line, its name, its memory.
#: only qemu-riscv64 shows its own memory, and /proc of the host
#: stdout exe is this program: 1
#: stdout cwd: /proc
#: stdout fd/3: /dev/null
#: stdout comm: proc-self
#: stdout pid in stat is getpid: 1
#: stdout command line has bytes: 1
#: stdout maps show the stack: 1
#: stdout writing to comm: 4
#: stdout comm: new
#: stdout status begins: Name:	new
#: stdout an unknown process: ENOENT
        .include "../show.s"
        .include "../files.s"
        string exe, "/proc/self/exe"
        string proc, "/proc"
        string cwd, "/proc/self/cwd"
        string fd_3, "/proc/self/fd/%d"
        string null, "/dev/null"
        string comm, "/proc/self/comm"
        string status, "/proc/self/status"
        string stat_path, "/proc/self/stat"
        string cmdline, "/proc/self/cmdline"
        string maps, "/proc/self/maps"
        string nobody, "/proc/99999999/stat"
        string stack, "[stack]"
        string program, "proc-self"
        string new, "new"
        value path, 64
        value room, 8192
        .globl main
main:
        addi sp, sp, -16
        sd ra, 8(sp)
        la a0, exe
        call link_text
        la a0, room
        call basename
        la a1, program
        call strcmp
        seqz a0, a0
        show "exe is this program"
        la a0, proc
        call chdir
        la a0, cwd
        call link_text
        show_text "cwd", room
        la a0, null
        li a1, O_RDONLY
        li a2, 0
        call open
        mv a2, a0
        la a0, path
        la a1, fd_3
        call sprintf
        la a0, path
        call link_text
        show_text "fd/3", room
        la a0, comm
        call text
        call first_line
        show_text "comm", room
        call getpid
        mv s1, a0
        la a0, stat_path
        call text
        la a0, room
        call atoi
        xor a0, a0, s1
        seqz a0, a0
        show "pid in stat is getpid"
        la a0, cmdline
        call text
        snez a0, a0
        show "command line has bytes"
        la a0, maps
        call text
        la a0, room
        la a1, stack
        call strstr
        snez a0, a0
        show "maps show the stack"
        la a0, comm
        li a1, O_WRONLY
        li a2, 0
        call open
        mv s0, a0
        text_to s0, new, 4
        show "writing to comm"
        la a0, comm
        call text
        call first_line
        show_text "comm", room
        la a0, status
        call text
        call first_line
        show_text "status begins", room
        la a0, nobody
        li a1, O_RDONLY
        li a2, 0
        call open
        show "an unknown process"
        li a0, 0
        ld ra, 8(sp)
        addi sp, sp, 16
        ret

# link_text(path: a0): what the link says -> room
link_text:
        addi sp, sp, -16
        sd ra, 8(sp)
        la a1, room
        li a2, 255
        call readlink
        la t0, room
        add t0, t0, a0
        sb zero, 0(t0)
        ld ra, 8(sp)
        addi sp, sp, 16
        ret

# text(path: a0) -> a0 = bytes of the file, in room
text:   addi sp, sp, -16
        sd ra, 8(sp)
        li a1, O_RDONLY
        li a2, 0
        call open
        la a1, room
        li a2, 8191
        call read_full
        la t0, room
        add t0, t0, a0
        sb zero, 0(t0)
        ld ra, 8(sp)
        addi sp, sp, 16
        ret

first_line:
        addi sp, sp, -16
        sd ra, 8(sp)
        la a0, room
        li a1, 10
        call strchrnul
        sb zero, 0(a0)
        ld ra, 8(sp)
        addi sp, sp, 16
        ret
