/// Names of VMs that were made elsewhere: an adopted VM keeps any name that libvirt takes, and only what no line of
/// text holds is refused. That new VMs have names of the strict kind is checked before they come here.
///
/// A table's `CHECK` is relaxed where it stands, as SQLite's manual says of changes that make no stored row wrong
/// (https://www.sqlite.org/lang_altertable.html): the table keeps its rows, its triggers and what other migrations add
/// to it. The last statements only move the schema's version on, so that every connection reads it anew.
enum Migration12Documents: Migration {
  static let identifier = "9 documents"

  static let statements = [names]

  private static let names = """
    PRAGMA writable_schema = ON;
    UPDATE sqlite_schema SET sql = replace(sql,
      'CHECK (length(name) BETWEEN 1 AND 63 AND name NOT GLOB ''*[^A-Za-z0-9._-]*'')',
      'CHECK (length(CAST(name AS BLOB)) BETWEEN 1 AND 255 AND instr(name, char(0)) = 0'
        || ' AND name NOT GLOB ''*['' || char(1) || ''-'' || char(31) || char(127) || ''/]*'')')
      WHERE type = 'table' AND name = 'vms';
    PRAGMA writable_schema = RESET;
    CREATE TABLE documents_version (number INTEGER PRIMARY KEY) STRICT;
    DROP TABLE documents_version;
    """
}
