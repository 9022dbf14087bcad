internal import CLibvirt

/// A version as libvirt counts: three numbers.
public struct Version: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// The first number.
  public let major: UInt
  /// The second number, below 1000.
  public let minor: UInt
  /// The third number, below 1000.
  public let release: UInt

  /// Makes a version from its parts.
  public init(major: UInt, minor: UInt, release: UInt) {
    self.major = major
    self.minor = minor
    self.release = release
  }

  /// Takes libvirt's single number apart: 1 000 000 × major + 1000 × minor + release.
  public init(packed: UInt) {
    self.init(major: packed / 1_000_000, minor: packed / 1000 % 1000, release: packed % 1000)
  }

  /// Orders by major, then minor, then release.
  public static func < (left: Version, right: Version) -> Bool {
    (left.major, left.minor, left.release) < (right.major, right.minor, right.release)
  }

  /// The three numbers with points between them.
  public var description: String { "\(major).\(minor).\(release)" }

  /// The version of the libvirt client library in this process.
  public static func ofClientLibrary() throws -> Version {
    var packed: UInt = 0
    // SAFETY: fills the one number; no driver is asked for.
    try unsafe ReturnCode.check(virGetVersion(&packed, nil, nil), "virGetVersion")
    return Version(packed: packed)
  }
}
