# Structures and constants of the runtime library (the kernel's are in abi.s).
# Include it where a field is touched; calling functions needs no include.

# A vector of words that grows. All zero bytes are an empty vector: 24 bytes of .bss or of a zeroed stack frame will do.
.equ vector_data, 0                     # address of the words, 0 while the vector is empty
.equ vector_count, 8                    # words in use
.equ vector_capacity, 16                # words allocated
.equ SIZEOF_vector, 24

# A text that grows. All zero bytes are an empty buffer.
.equ buffer_data, 0                     # address of the bytes, 0 at first
.equ buffer_length, 8
.equ buffer_capacity, 16
.equ SIZEOF_buffer, 24

# A map of files, made by file_map_at. All zero bytes are an empty one.
.equ file_map_data, 0
.equ file_map_count, 8
.equ file_map_slots, 16
.equ SIZEOF_file_map, 24

# A reader of lines, made by reader_open.
.equ reader_fd, 0
.equ reader_position, 8                 # address of the next byte
.equ reader_end, 16                     # address after the last byte
.equ reader_block, 24                   # address of the block
.equ reader_chunk, 32                   # bytes asked of each read(2), 1 ... READER_BLOCK
.equ reader_error, 40                   # 0, or the -errno that ended the input
.equ reader_line, 48                    # a buffer: the line handed out last
.equ SIZEOF_reader, 48 + SIZEOF_buffer
.equ READER_BLOCK, 4096

# A calendar date, made by gmtime: eight words.
.equ tm_sec, 0                          # 0 ... 60
.equ tm_min, 8
.equ tm_hour, 16
.equ tm_mday, 24                        # 1 ... 31
.equ tm_mon, 32                         # 0 ... 11
.equ tm_year, 40                        # the full year, 2026
.equ tm_wday, 48                        # 0 is Sunday
.equ tm_yday, 56                        # 0 ... 365
.equ SIZEOF_tm, 64

# fnmatch
.equ FNM_NOMATCH, 1
.equ FNM_PATHNAME, 1                    # a slash matches a slash only
.equ FNM_NOESCAPE, 2
.equ FNM_PERIOD, 4                      # a leading period matches a period only
.equ FNM_CASEFOLD, 16

# getopt returns this for --help
.equ OPTION_HELP, 256

# copy_tree: flags
.equ COPY_RECURSIVE, 1                  # directories with what is below them, and special files as such
.equ COPY_PRESERVE, 2                   # permissions, owner and times
.equ COPY_FORCE, 4                      # a target that cannot be written is removed
.equ COPY_LINKS, 8                      # symbolic links as links
.equ COPY_HARD_LINKS, 0x10              # names of one file stay names of one file
.equ COPY_UPDATE, 0x20                  # only what is newer than its target
.equ COPY_KEEP, 0x40                    # targets that are there stay
.equ COPY_BY_LINK, 0x80                 # other names instead of copies
.equ COPY_BY_SYMLINK, 0x100             # symbolic links instead of copies
.equ COPY_ONE_DEVICE, 0x200             # directories of other file systems are left empty
.equ COPY_VERBOSE, 0x400                # a line for each

# each_source: flags
.equ INTO_NO_DIRECTORY, 1               # the target is meant itself, even a directory
.equ INTO_NO_LINK, 2                    # likewise when it is a symbolic link to one

# A line of /proc/self/mounts or /etc/fstab, made by read_mounts: texts.
.equ mount_source, 0
.equ mount_directory, 8
.equ mount_type, 16
.equ mount_options, 24
.equ SIZEOF_mount_entry, 32

# realpath: what must exist
.equ REAL_ALL, 0
.equ REAL_BUT_LAST, 1
.equ REAL_NONE, 2

# walk_tree: flags
.equ WALK_BELOW, 1                      # what is in directories, too
.equ WALK_FOLLOW_NAMED, 2               # the path named may be a symbolic link: its target is meant
.equ WALK_FOLLOW, 4                     # all symbolic links
.equ WALK_ONE_DEVICE, 8                 # directories of other file systems are left out
# and what its function is called for
.equ WALK_FILE, 0                       # anything but a directory
.equ WALK_BEFORE, 1                     # a directory, before what is in it
.equ WALK_AFTER, 2                      # and after it
.equ WALK_UNREADABLE, 3                 # a directory whose names could not be read (a message has been given)
.equ WALK_SKIP, -1                      # its answer for WALK_BEFORE: leave out what is in it
