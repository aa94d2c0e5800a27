# What the parts of ls share: an entry of a listing, and the options.
.equ entry_name, 0                      # as it is shown
.equ entry_path, 8                      # where it is found
.equ entry_stat, 16                     # its struct stat
.equ SIZEOF_entry, entry_stat + 128

# Words of `options`: 1 when the option was given.
.equ LONG, 0                            # -l
.equ ALL, 8                             # -a: . and .. and hidden names
.equ ALMOST_ALL, 16                     # -A: hidden names
.equ DIRECTORY, 24                      # -d: a directory itself, not what is in it
.equ INODES, 32                         # -i
.equ SINGLE, 40                         # -1
.equ COLUMNS, 48                        # -C
.equ RECURSIVE, 56                      # -R
.equ BY_TIME, 64                        # -t
.equ BY_SIZE, 72                        # -S
.equ BACKWARDS, 80                      # -r
.equ UNSORTED, 88                       # -U
.equ HUMAN, 96                          # -h
.equ CLASSIFY, 104                      # -F
.equ NUMBERS, 112                       # -n: users and groups as numbers, with -l
.equ ROOM, 120                          # -s: the room that a file takes
.equ SIZEOF_options, 128
