import MinixABI

/// What GET_IMAGE hands out (`image`): the boot table, as MINIX of that day had it. A server that is
/// not played here stands in it all the same, and its endpoint is dead.
///
/// Source: minix `kernel/table.c`; ABI 2.2 and 15.4.
enum BootTableImage {
  /// An entry's size.
  static var entryByteCount: Int { 36 }
  /// `PROC_FULLVM`: the process has its own page table from the start.
  private static var fullVM: UInt32 { 0x100 }

  private struct Row {
    var name: String
    var endpoint: Endpoint
    var flags: UInt32 = 0
    var quantum: UInt8
    var queue: Int32
  }

  private static var rows: [Row] {
    [
      Row(name: "idle", endpoint: .idle, quantum: 0, queue: 0),
      Row(name: "clock", endpoint: .clock, quantum: 0, queue: 0),
      Row(name: "system", endpoint: .system, quantum: 0, queue: 0),
      Row(name: "kernel", endpoint: .kernel, quantum: 8, queue: 0),
      Row(name: "ds", endpoint: .ds, flags: fullVM, quantum: 4, queue: 4),
      Row(name: "rs", endpoint: .rs, quantum: 4, queue: 4),
      Row(name: "pm", endpoint: .pm, quantum: 32, queue: 4),
      Row(name: "vfs", endpoint: .vfs, quantum: 32, queue: 5),
      Row(name: "memory", endpoint: .memory, flags: fullVM, quantum: 4, queue: 3),
      Row(name: "log", endpoint: .log, flags: fullVM, quantum: 4, queue: 2),
      Row(name: "tty", endpoint: .tty, flags: fullVM, quantum: 4, queue: 1),
      Row(name: "mfs", endpoint: .mfs, flags: fullVM, quantum: 32, queue: 5),
      Row(name: "vm", endpoint: .vm, quantum: 32, queue: 2),
      Row(name: "pfs", endpoint: .pfs, flags: fullVM, quantum: 32, queue: 5),
      Row(name: "init", endpoint: .initProcess, flags: fullVM, quantum: 8, queue: 8),
    ]
  }

  /// `NR_BOOT_PROCS`.
  static var count: Int { 15 }

  /// All entries, in table order.
  static var image: KernelImage {
    KernelImage.array(
      of: rows.map { row in
        var image = KernelImage(byteCount: entryByteCount)
        image[endpoint: 0] = row.endpoint  // proc_nr
        // initial_pc@4: no boot process begins anywhere else than where its program says.
        image[word: 8] = row.flags  // flags
        image[byte: 12] = row.quantum  // quantum
        image[int: 16] = row.queue  // priority
        // stksize@20: the tasks share the kernel's stack.
        image.store(row.name, at: 24, byteCount: 7)  // proc_name
        image[endpoint: 32] = row.endpoint  // endpoint
        return image
      })
  }

  /// What GET_AOUTHEADER hands out for an entry (`struct exec`, 48 bytes): a header for the i386
  /// without sizes, since the boot processes don't come from the boot image's a.out files.
  static var executableHeader: KernelImage {
    var image = KernelImage(byteCount: 48)
    image[byte: 0] = 0x01  // a_magic
    image[byte: 1] = 0x03
    image[byte: 3] = 0x10  // a_cpu: i80386
    image[byte: 4] = 48  // a_hdrlen
    return image
  }
}
