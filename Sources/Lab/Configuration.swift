extension Lab {
  /// What a lab is like and where its parts are.
  public struct Configuration: Equatable, Sendable {
    /// Nested paging in the lab's kvm_amd (`npt=1`), or shadow paging (`npt=0`).
    public var nestedPaging = true
    /// The lab's memory. The files that a command writes there are in it too.
    public var memoryMiB = 4096
    /// How long one boot may take. Busy machines need more than the usual seconds.
    public var bootSeconds = 60
    /// The folder that keeps the lab's kernel.
    public var cacheFolder: String
    /// A compressed kernel to boot instead of the one in the cache folder.
    public var kernelImage: String?
    /// The `faultline` program, which is also the agent inside the lab.
    public var executable: String

    /// The settings that the environment gives: FAULTLINE_LAB_NPT, FAULTLINE_LAB_MEMORY (MiB),
    /// FAULTLINE_LAB_BOOT_TIMEOUT (seconds), FAULTLINE_LAB_CACHE and FAULTLINE_LAB_KERNEL.
    /// `executable` is the `faultline` program; nil means the running one.
    public init(executable: String? = nil) throws(LabError) {
      try self.init(executable: executable, environment: .current)
    }

    init(executable: String?, environment: Environment) throws(LabError) {
      self.executable = executable ?? Paths.resolved("/proc/self/exe") ?? "/proc/self/exe"
      cacheFolder = CacheFolder.path(environment: environment, user: Caller.own.user)
      kernelImage = Self.value("FAULTLINE_LAB_KERNEL", environment)
      if let text = Self.value("FAULTLINE_LAB_NPT", environment) {
        guard let choice = NestedPaging(rawValue: text) else {
          throw .badSetting(name: "FAULTLINE_LAB_NPT", value: text, allowed: "on or off")
        }
        nestedPaging = choice == .on
      }
      memoryMiB = try Self.number("FAULTLINE_LAB_MEMORY", environment, 512...1 << 20, memoryMiB)
      bootSeconds = try Self.number(
        "FAULTLINE_LAB_BOOT_TIMEOUT", environment, 1...86_400, bootSeconds)
    }

    private enum NestedPaging: String { case on, off }

    private static func value(_ name: String, _ environment: Environment) -> String? {
      environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    private static func number(
      _ name: String, _ environment: Environment, _ range: ClosedRange<Int>, _ standard: Int
    ) throws(LabError) -> Int {
      guard let text = value(name, environment) else { return standard }
      guard let number = Int(text), range.contains(number) else {
        throw .badSetting(
          name: name, value: text,
          allowed: "a number from \(range.lowerBound) to \(range.upperBound)")
      }
      return number
    }
  }
}
