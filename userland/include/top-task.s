# What the parts of top share: a process as one look has found it.
.equ TICKS, 100                 # of /proc/PID/stat in a second

.equ task_pid, 0
.equ task_name, 8               # malloc
.equ task_state, 16
.equ task_priority, 24
.equ task_virtual, 32           # KiB
.equ task_resident, 40
.equ task_shared, 48
.equ task_ticks, 56             # since it began
.equ task_minor, 64
.equ task_major, 72
.equ task_new_ticks, 80         # since the look before
.equ task_new_minor, 88
.equ task_new_major, 96
.equ task_user, 104             # uid
.equ SIZEOF_task, 112
