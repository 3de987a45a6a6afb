using Postern.Contract.UserPools;
using Postern.UserPools.Branding;

namespace Postern.Tests.UserPools.Branding;

public class ClassicStyleSheetTests
{
    [Fact]
    public void Rules_are_written_in_one_form()
    {
        var sheet = ClassicStyleSheet.Parse("""
            /* ours */ .banner-customizable{padding:25px   0;BACKGROUND-COLOR : lightgray}
            .inputField-customizable:focus
            { border-color: #66afe9 ; ; outline:0!IMPORTANT; /* last */ } .legalText-customizable {}
            """);
        Assert.Equal(
            "\n.banner-customizable {\n  padding: 25px 0;\n  background-color: lightgray;\n}\n"
            + "\n.inputField-customizable:focus {\n  border-color: #66afe9;\n  outline: 0 !important;\n}\n",
            sheet.Text);
        Assert.Equal(".banner-customizable", sheet.Rules[0].Selector);
        Assert.Equal(new("background-color", "lightgray"), sheet.Rules[0].Declarations[1]);
    }

    [Fact]
    public void Each_of_the_eighteen_selectors_is_taken_alone()
    {
        Assert.Equal(18, CustomizableClasses.All.Count);
        foreach (var selector in CustomizableClasses.All)
            Assert.Equal($"\n{selector} {{\n  color: red;\n}}\n", ClassicStyleSheet.Parse(selector + "{color:red}").Text);
    }

    [Theory]
    [InlineData("border-radius: 4px")]
    [InlineData("box-shadow: 0 4px 6px rgba(0, 0, 0, 0.1), inset 0 0 0 1px #fff")]
    [InlineData("font-family: \"Helvetica Neue\", 'ヒラギノ角ゴ', sans-serif")]
    [InlineData("background: linear-gradient(to right, hsl(120deg 75% 25% / 60%), var(--brand))")]
    [InlineData("width: calc(100% - (2 * 10px))")]
    [InlineData("font: bold 12px/1.5 Arial !important")]
    [InlineData("--brand: #00f")]
    [InlineData("transition: all 0.3s cubic-bezier(0.25, 0.1, 0.25, 1)")]
    [InlineData("grid-template-columns: [start] 1fr [end]")]
    [InlineData("content: \"a; b } c { d /* e */\"")]
    [InlineData("-webkit-appearance: none")]
    public void Properties_are_free(string declaration) =>
        Assert.Equal($"\n.label-customizable {{\n  {declaration};\n}}\n", ClassicStyleSheet.Parse($".label-customizable {{ {declaration} }}").Text);

    [Theory]
    [InlineData("")]
    [InlineData(" \n\t")]
    [InlineData("/* nothing */")]
    [InlineData("\uFEFF")]
    [InlineData(".label-customizable { /* nothing */ ; }")]
    public void CSS_without_a_declaration_has_no_rule(string css) => Assert.Equal("", ClassicStyleSheet.Parse(css).Text);

    [Theory]
    [InlineData("body{color:red}", "body")]
    [InlineData("*{color:red}", "*")]
    [InlineData(".modal-content{color:red}", ".modal-content")]
    [InlineData(".label-customizable, .legalText-customizable{color:red}", ".label-customizable, .legalText-customizable")]
    [InlineData(".label-customizable .legalText-customizable{color:red}", ".label-customizable .legalText-customizable")]
    [InlineData(".label-customizable>a{color:red}", ".label-customizable>a")]
    [InlineData(".label-customizable:hover{color:red}", ".label-customizable:hover")]
    [InlineData(".label-customizable::before{color:red}", ".label-customizable::before")]
    [InlineData(".Label-customizable{color:red}", ".Label-customizable")]
    [InlineData(".label-customizable/**/{color:red}", ".label-customizable/**/")]
    [InlineData(".label-customizable\u00A0{color:red}", ".label-customizable\u00A0")]
    [InlineData("#label-customizable{color:red}", "#label-customizable")]
    [InlineData("label-customizable{color:red}", "label-customizable")]
    [InlineData(".label\\-customizable{color:red}", ".label\\-customizable")]
    [InlineData("{color:red}", "")]
    [InlineData("}", "")]
    [InlineData(".label-customizable{color:red}}", "")]
    [InlineData("<!-- .label-customizable{color:red} -->", "<!-- .label-customizable")]
    [InlineData("color:red", "color:red")]
    public void Any_other_selector_refuses_the_sheet(string css, string selector) => Assert.Equal(
        $"The CSS class {selector} is not in the list of allowed classes.",
        Assert.Throws<InvalidParameterException>(() => ClassicStyleSheet.Parse(".banner-customizable{color:red}" + css)).Message);

    [Theory]
    [InlineData("@import 'https://evil.example/x.css';")]
    [InlineData("@import url(https://evil.example/x.css);")]
    [InlineData("@media screen { .label-customizable{color:red} }")]
    [InlineData("@supports (display: grid) { .label-customizable{color:red} }")]
    [InlineData("@page { margin: 0 }")]
    [InlineData("@charset \"utf-8\";")]
    [InlineData("@font-face { font-family: a; src: url(x) }")]
    public void At_rules_are_refused(string css) => Refused(css);

    [Theory]
    [InlineData("background: url(https://evil.example/x.png)")]
    [InlineData("background: URL( 'x' )")]
    [InlineData("background: u\\72l(x)")]
    [InlineData("background: u/**/rl(x)")]
    [InlineData("background: image-set('https://evil.example/x.png' 1x)")]
    [InlineData("background: -webkit-image-set('x' 1x)")]
    [InlineData("background: image('x')")]
    [InlineData("background: src('x')")]
    [InlineData("background: element(#a)")]
    [InlineData("background: -moz-element(#a)")]
    [InlineData("background: paint(x)")]
    [InlineData("background: cross-fade(url(a), url(b))")]
    [InlineData("content: attr(value)")]
    [InlineData("content: \"url(x)\"")]
    [InlineData("width: expression(alert(1))")]
    [InlineData("width: ExPrEsSiOn(alert(1))")]
    [InlineData("width: expr/**/ession(alert(1))")]
    [InlineData("behavior: something")]
    [InlineData("BEHAVIOR: something")]
    [InlineData("-moz-binding: something")]
    [InlineData("background: javascript:alert(1)")]
    [InlineData("javascript: alert")]
    [InlineData("expression: a")]
    [InlineData("content: \"JavaScript:alert(1)\"")]
    [InlineData("filter: progid:DXImageTransform.Microsoft.Alpha(opacity=50)")]
    [InlineData("color: red</style><script>alert(1)</script>")]
    [InlineData("content: \"</style>\"")]
    [InlineData("color: red /* </style> */")]
    [InlineData("color: <b>")]
    [InlineData("color: @x")]
    [InlineData("color: red\u0000")]
    [InlineData("color: red\u200B")]
    [InlineData("content: \"\u202E\"")]
    [InlineData("content: \"a\nb\"")]
    [InlineData("content: \"a\\\"")]
    [InlineData("content: \"a")]
    [InlineData("color: rgb(0, 0, 0")]
    [InlineData("color: rgb(0, 0, 0))")]
    [InlineData("color: rgb(0, 0, 0]")]
    [InlineData("width: calc(1px; color: red)")]
    [InlineData("color: { }")]
    [InlineData("color: red { color: blue }")]
    [InlineData(".legalText-customizable { color: red }")]
    [InlineData("&:hover { color: red }")]
    [InlineData("color")]
    [InlineData("color:")]
    [InlineData("color: !important")]
    [InlineData("color: red !important blue")]
    [InlineData("color: red !unimportant")]
    [InlineData("color: rgb(0 !important)")]
    [InlineData(": red")]
    [InlineData("co/**/lor: red")]
    [InlineData("color: red /* open")]
    [InlineData("width: ((((((((((((((((((1))))))))))))))))))")]
    public void What_could_load_run_or_escape_is_refused(string declaration)
    {
        Refused($".label-customizable {{ {declaration} }}");
        Refused($".label-customizable {{ color: red; {declaration}; }}");
    }

    [Theory]
    [InlineData(".label-customizable")]
    [InlineData(".label-customizable {")]
    [InlineData(".label-customizable { color: red")]
    [InlineData(".label-customizable { color: red;")]
    [InlineData(".label-customizable { color: red; } /* open")]
    [InlineData(".label-customizable; { color: red }")]
    [InlineData("/* </style> */")]
    public void What_is_not_finished_is_refused(string css) => Refused(css);

    private static void Refused(string css) => Assert.StartsWith("The CSS", Assert.Throws<InvalidParameterException>(() => ClassicStyleSheet.Parse(css)).Message, StringComparison.Ordinal);
}
