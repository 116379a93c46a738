import MinixABI

/// What GET_KINFO hands out (`struct kinfo`): where the kernel is and how big its tables are.
///
/// Source: minix `include/minix/type.h`, `kernel/main.c`; ABI 15.7.
struct KernelInfoImage {
  /// The structure's size.
  static var byteCount: Int { 72 }

  private(set) var image = KernelImage(byteCount: KernelInfoImage.byteCount)

  /// - Parameter processCapacity: `NR_PROCS`.
  init(processCapacity: Int32) {
    image[word: 0] = KernelAddress.code  // code_base
    image[word: 4] = KernelAddress.codeByteCount  // code_size
    image[word: 8] = KernelAddress.data  // data_base
    image[word: 12] = KernelAddress.dataByteCount  // data_size
    image[word: 16] = KernelAddress.processes  // proc_addr
    // kmem_base@20, kmem_size@24, bootdev_base@28 and _size@32, ramdev_base@36 and _size@40: none.
    image[word: 44] = KernelAddress.bootParameters  // params_base
    image[word: 48] = UInt32(BootParameters.byteCount)  // params_size
    image[int: 52] = processCapacity  // nr_procs
    image[int: 56] = Endpoint.taskCount  // nr_tasks
    image.store("3", at: 60, byteCount: 5)  // release
    image.store("1.7", at: 66, byteCount: 5)  // version
  }
}

/// What GET_MONPARAMS hands out: the boot monitor's variables, each with a NUL, and one more at the
/// end (`params_buffer`).
///
/// Source: minix `kernel/start.c`; ABI 4.3, 8.8 and 10.6.
enum BootParameters {
  /// `PARAMS_SIZE`.
  static var byteCount: Int { 512 }

  /// - Parameter memoryByteCount: of RAM.
  static func image(memoryByteCount: UInt32) -> KernelImage {
    let variables = [
      "processor=686", "bus=at", "video=none", "hz=\(ClockRate.ticksPerSecond)", "no_apic=1",
      "memory=0:\(String(memoryByteCount, radix: 16))",
    ]
    var image = KernelImage(byteCount: byteCount)
    var offset = 0
    for variable in variables {
      image.store(variable, at: offset, byteCount: byteCount - offset)
      offset += variable.utf8.count + 1
    }
    return image
  }
}

/// `DEFAULT_HZ`.
enum ClockRate {
  static var ticksPerSecond: UInt32 { 60 }
}
