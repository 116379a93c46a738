import Foundation
import Testing

@testable import Lab

@Suite("The first root and the kernel")
struct ArchiveTests {
  @Test("an archive in the kernel's format")
  func cpio() {
    var archive = Cpio()
    archive.directory("bin")
    archive.file("bin/x", mode: 0o755, Array("hello".utf8))
    let bytes = archive.finished()
    let text = String(decoding: bytes, as: UTF8.self)
    #expect(bytes.count % 4 == 0)
    #expect(text.hasPrefix("07070100000001000041ED"))
    #expect(text.contains("00000005"))
    #expect(text.contains("bin/x\0"))
    #expect(text.contains("TRAILER!!!\0"))
  }

  @Test("what goes in: busybox, its commands, the script, the modules and their order")
  func contents() {
    let archive = Initramfs.archive(
      busybox: [1], modules: [.init(name: "a", contents: [2]), .init(name: "b", contents: [3])])
    let text = String(decoding: archive, as: UTF8.self)
    for part in ["bin/busybox\0", "bin/insmod\0", "modules/b.ko\0", "a\nb\n", "#!/bin/sh"] {
      #expect(text.contains(part), "\(part)")
    }
  }

  @Test("a program that needs a dynamic loader is told from one that does not")
  func staticPrograms() throws {
    #expect(!Initramfs.isStatic([1, 2, 3]))
    #expect(!Initramfs.isStatic(Array(try Data(contentsOf: URL(filePath: "/proc/self/exe")))))
    let busybox = try #require(Emulator.find("busybox", environment: .current))
    #expect(Initramfs.isStatic(Array(try Data(contentsOf: URL(filePath: busybox)))))
  }

  @Test("the compressed part of a kernel image", arguments: [(0 as UInt8, 4), (3, 3), (38, 38)])
  func payload(setupSectors: UInt8, effective: Int) {
    var image = [UInt8](repeating: 0, count: 0x8000)
    image[0x1F1] = setupSectors
    image.replaceSubrange(0x202..<0x206, with: Array("HdrS".utf8))
    image.replaceSubrange(0x248..<0x250, with: [0x10, 0, 0, 0, 0x40, 0, 0, 0])
    let start = (effective + 1) * 512 + 0x10
    image.replaceSubrange(start..<start + 6, with: [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0])
    #expect(KernelImage.payload(of: image) == .init(range: start..<start + 0x3C, tool: "xz"))
    image[start] = 0
    #expect(KernelImage.payload(of: image) == nil)
    #expect(KernelImage.payload(of: []) == nil)
  }

  @Test("QEMU gets each port by the descriptor that it inherits")
  func arguments() {
    let arguments = Emulator.arguments(.init(memoryMiB: 777, nestedPaging: false, kernel: "/k, l"))
    #expect(arguments.contains("777"))
    #expect(arguments.contains("/k, l"))
    #expect(arguments.contains { $0.hasSuffix("faultline.npt=0") })
    #expect(arguments.contains("socket,id=control,fd=5"))
    #expect(arguments.contains("virtserialport,chardev=files,nr=5,name=faultline.files"))
  }
}
