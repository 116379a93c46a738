/// The parts that a lab is made of, found on this machine.
struct LabParts {
  var qemu: String
  var busybox: String
  var kernelImage: String
  var modules: String

  /// Finds the parts or names the first that is missing.
  static func find(
    _ configuration: Lab.Configuration, environment: Environment
  ) throws(LabError) -> LabParts {
    guard let qemu = Emulator.find(Emulator.program, environment: environment) else {
      throw .qemuMissing
    }
    guard let busybox = Emulator.find("busybox", environment: environment) else {
      throw .busyboxMissing
    }
    guard let package = KernelPackage.newest(in: configuration.cacheFolder) else {
      throw .kernelMissing(folder: configuration.cacheFolder)
    }
    let image = configuration.kernelImage ?? package.image
    guard Paths.kind(of: image) == .regular else {
      throw .unreadable(path: image, reason: "no such file")
    }
    return LabParts(qemu: qemu, busybox: busybox, kernelImage: image, modules: package.modules)
  }

  /// Makes the first root.
  func archive() throws(LabError) -> [UInt8] {
    let program = try Files.read(busybox)
    guard Initramfs.isStatic(program) else { throw .busyboxMissing }
    let folder = try ModuleFolder(modules)
    return Initramfs.archive(
      busybox: program, modules: try KernelModules.inOrder(load: folder.load))
  }
}

extension Lab {
  /// Whether a lab could be booted here, for `faultline doctor`.
  public struct Availability: Equatable, Sendable {
    /// The path of QEMU, nil when there is none.
    public var qemu: String?
    /// The path of the lab's kernel, nil when there is none.
    public var kernel: String?
    /// What is missing and what to do about it, in one line; nil when all is there.
    public var problem: LabError?
  }

  /// Looks for the lab's parts without booting it.
  public static func availability(_ configuration: Configuration) -> Availability {
    let environment = Environment.current
    var answer = Availability(
      qemu: Emulator.find(Emulator.program, environment: environment),
      kernel: configuration.kernelImage
        ?? KernelPackage.newest(in: configuration.cacheFolder)?.image)
    do {
      _ = try LabParts.find(configuration, environment: environment).archive()
    } catch {
      answer.problem = error
    }
    return answer
  }
}
