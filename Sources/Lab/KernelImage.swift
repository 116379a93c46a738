/// Unpacks a compressed Linux kernel, so that the software CPU need not.
///
/// That alone takes four of seven seconds under QEMU. The unpacked kernel is an ELF program, which
/// QEMU starts by the PVH protocol.
enum KernelImage {
  /// The compressed part of a bzImage and the program that unpacks it.
  struct Payload: Equatable {
    var range: Range<Int>
    var tool: String
  }

  /// Where the payload is; nil when this is no such image or its compression is not known.
  /// Source: Linux, Documentation/x86/boot.rst (setup_sects, payload_offset, payload_length).
  static func payload(of image: [UInt8]) -> Payload? {
    func number(_ offset: Int) -> Int {
      (0..<4).reversed().reduce(0) { $0 << 8 | Int(image[offset + $1]) }
    }
    guard image.count > 0x250, Array(image[0x202..<0x206]) == Array("HdrS".utf8) else { return nil }
    let setupSectors = image[0x1F1] == 0 ? 4 : Int(image[0x1F1])
    let start = (setupSectors + 1) * 512 + number(0x248)
    let end = start + number(0x24C)
    guard end <= image.count, end - start > 16 else { return nil }

    let magics: [([UInt8], String)] = [
      ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00], "xz"), ([0x28, 0xB5, 0x2F, 0xFD], "zstd"),
      ([0x1F, 0x8B], "gzip"),
    ]
    let payload = image[start..<end]
    guard let tool = magics.first(where: { payload.starts(with: $0.0) })?.1 else { return nil }
    // After xz and zstd data the kernel's build adds the unpacked size in four bytes.
    return Payload(range: start..<(tool == "gzip" ? end : end - 4), tool: tool)
  }

  /// The path of the unpacked kernel next to `image`, made on first use; nil when it can't be made,
  /// which costs only time.
  static func unpacked(_ image: String) -> String? {
    let folder = NamedFiles.split(image).folder
    let place = "\(folder)/unpacked-kernel"
    if Paths.kind(of: place) == .regular { return place }

    guard let bytes = try? Files.read(image), let payload = payload(of: bytes),
      let packed = try? IO.memoryFile("kernel", Array(bytes[payload.range])),
      let kernel = try? Files.decompress("/proc/self/fd/0", with: payload.tool, input: packed),
      kernel.starts(with: [0x7F, 0x45, 0x4C, 0x46])
    else { return nil }
    return Files.store(kernel, at: place) ? place : nil
  }
}
