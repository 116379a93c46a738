/// The programs and manifests that are shipped with Faultline: what
/// `guest/programs` was built to.
///
/// They lie in one folder, looked for relative to the running executable:
/// SwiftPM's resource folder beside it (a build, or a test bundle that is run
/// as it is), then `../lib/faultline/programs` and `../share/faultline/programs`
/// (an installed copy). Nothing about the machine of the build is remembered.
public enum ShippedPrograms {
  /// The path of a program (`hello`) or manifest (`demo.yaml`, or just `demo`).
  ///
  /// A program comes before a manifest of the same name. Nil if there is none,
  /// or if `name` is not a plain name.
  public static func path(of name: String) -> String? {
    guard let folder, !name.isEmpty, !name.contains("/"), !name.hasPrefix(".") else { return nil }
    return [name, name + manifestSuffix]
      .map { folder + "/" + $0 }
      .first { FileSystem.isReadableFile($0) }
  }

  /// The names of all programs and manifests, sorted; manifests with their
  /// `.yaml`.
  public static var names: [String] {
    guard let folder else { return [] }
    return FileSystem.names(in: folder).filter(isShipped).sorted()
  }

  private static let manifestSuffix = ".yaml"

  /// The folder also holds `runtime.o`, for programs that are built elsewhere, and the portable
  /// modules' objects.
  private static func isShipped(_ name: String) -> Bool {
    !name.hasPrefix(".") && (!name.contains(".") || name.hasSuffix(manifestSuffix))
  }

  private static let folder: String? = {
    guard let executable = FileSystem.runningExecutable else { return nil }
    let beside = FileSystem.parent(of: executable)
    return [
      beside + "/faultline_GuestPrograms.resources",
      FileSystem.parent(of: beside) + "/lib/faultline/programs",
      FileSystem.parent(of: beside) + "/share/faultline/programs",
    ].first { FileSystem.isFolder($0) }
  }()
}
