package json

import (
	"go/ast"
	goparser "go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/trapline/trapline/value"
)

// Every kind of value and every field of it is in the table that TestValues reads.
func TestEveryKindHasAForm(t *testing.T) {
	set := map[string]bool{} // "FD", "FD.Path"
	for _, test := range values {
		note(set, test.v)
		if fd, ok := test.v.(*value.FD); ok {
			note(set, fd.Object)
		}
	}
	for name, fields := range kinds(t) {
		if !set[name] {
			t.Errorf("no value is a %s", name)
		}
		for _, field := range fields {
			if !set[name+"."+field] {
				t.Errorf("no value has a %s.%s", name, field)
			}
		}
	}
}

// note notes the type of a node and its fields that are not zero.
func note(set map[string]bool, node any) {
	v := reflect.ValueOf(node)
	if !v.IsValid() {
		return
	}
	v = v.Elem()
	name := v.Type().Name()
	set[name] = true
	for i := range v.NumField() {
		if !v.Field(i).IsZero() {
			set[name+"."+v.Type().Field(i).Name] = true
		}
	}
}

// kinds reads the types of package value that are nodes, and the names of their
// fields.
func kinds(t *testing.T) map[string][]string {
	t.Helper()
	files, err := filepath.Glob("../../value/*.go")
	if err != nil || len(files) == 0 {
		t.Fatal("no package value", err)
	}
	nodes, fields := map[string][]string{}, map[string][]string{}
	for _, name := range files {
		file, err := goparser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncDecl:
				if n.Recv != nil && (n.Name.Name == "value" || n.Name.Name == "object") {
					receiver := n.Recv.List[0].Type.(*ast.StarExpr).X.(*ast.Ident).Name
					nodes[receiver] = nil
				}
			case *ast.TypeSpec:
				if s, ok := n.Type.(*ast.StructType); ok {
					for _, f := range s.Fields.List {
						for _, id := range f.Names {
							fields[n.Name.Name] = append(fields[n.Name.Name], id.Name)
						}
					}
				}
			}
			return true
		})
	}
	for name := range nodes {
		nodes[name] = fields[name]
	}
	return nodes
}
